/** Starts the built web host as a process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export interface WebHost {
  /** Opens the app once; the next one is asked for anew. */
  address(): string
  process: ChildProcess
  stop(): Promise<void>
}

/** Runs `web.js` on `node`. */
export async function startWebHost(
  home: string,
  script = join(root, 'out/main/web.js'),
  node = process.execPath,
  environment: Record<string, string> = {},
): Promise<WebHost> {
  const child = spawn(node, [script], {
    env: { ...process.env, ...environment, HANDFUL_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let address = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      address = /http:\/\/\S+/.exec(bytes.toString())?.[0] ?? address
      if (address) resolve()
    })
    child.once('close', (code) => reject(new Error(`The web host ended with code ${code}`)))
  })
  return {
    address: () => address,
    process: child,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
