/** `npm start`: the app in its own window where Electron works, else in the browser, saying why in one line. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import open from 'open'
import { buildIfStale } from './fresh-build.ts'
import { electronExecutable, fetchElectron, whyElectronDied } from './electron.ts'
import { root } from './processes.ts'

/** The window must be there within this time, ms. */
const patience = 30_000

const { values: options } = parseArgs({
  options: {
    web: { type: 'boolean', default: false },
    open: { type: 'boolean', default: true },
    port: { type: 'string', default: '0' },
  },
  allowNegative: true,
})

await buildIfStale()
if (options.web) await startWeb()
else {
  const executable = electronExecutable() ?? (await fetchElectron())
  const failure = executable ? await startElectron(executable) : 'it could not be fetched'
  if (failure === null) process.exit(0)
  console.log(`No window of its own, since Electron is not available: ${failure}. Opening Handful in the browser.`)
  await startWeb()
}

/** Null when the app ran and was closed, or ran already; otherwise why it showed no window. */
function startElectron(executable: string): Promise<string | null> {
  const child = spawn(executable, [root], { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  let [ready, late, errors] = [false, false, '']
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, patience)
  child.stdout.on('data', (bytes: Buffer) => {
    if (!bytes.toString().includes('Handful is ready')) return
    ready = true
    clearTimeout(timer)
  })
  child.stderr.on('data', (bytes: Buffer) => {
    errors = (errors + bytes.toString()).slice(-10_000)
    if (ready) process.stderr.write(bytes)
  })
  return new Promise((resolve) => {
    child.once('error', (cause) => resolve(cause.message))
    child.once('close', (code) => {
      clearTimeout(timer)
      if (late) resolve(`it showed no window within ${patience / 1000} s`)
      // Without a window, code 0 means: an instance was running and came to the front.
      else resolve(ready || code === 0 ? null : whyElectronDied(errors, code))
    })
  })
}

async function startWeb(): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'out/main/web.js'), '--port', options.port], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
  let opened = false
  child.stdout.on('data', (bytes: Buffer) => {
    process.stdout.write(bytes)
    const address = /http:\/\/\S+/.exec(bytes.toString())?.[0]
    if (!address || opened) return
    opened = true
    welcome(address)
  })
  process.exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)))
}

function welcome(address: string): void {
  const { port } = new URL(address)
  const faraway = process.env['SSH_CONNECTION'] !== undefined
  if (faraway)
    console.log(`On your own machine run  ssh -L ${port}:127.0.0.1:${port} <this machine>  and open the address there.`)
  else if (options.open)
    void open(address).then(
      (browser) => browser.on('error', () => undefined),
      () => undefined,
    )
  console.log('Stop with Ctrl+C.')
}
