/** Starting other programs from the scripts: tools of node_modules on this Node, with their output shown. */
import { spawn, type SpawnOptions } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** The JavaScript file behind a command of an installed package; runs on every platform, unlike the links in `.bin`. */
export function tool(packageName: string, command = packageName): string {
  const manifest = join(root, 'node_modules', packageName, 'package.json')
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> }
  const file = typeof bin === 'string' ? bin : bin[command]
  if (!file) throw new Error(`${packageName} has no command ${command}`)
  return join(dirname(manifest), file)
}

/** Runs to the end; the exit code, 1 when a signal ended it or it could not be started. Signals to us go to it. */
export function run(command: string, args: string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  return new Promise((done) => {
    const end = (code: number | null) => {
      process.off('SIGINT', pass).off('SIGTERM', pass)
      done(code ?? 1)
    }
    child.once('error', (cause) => {
      console.error(cause.message)
      end(1)
    })
    child.once('exit', end)
  })
}

/** Runs a JavaScript or TypeScript file on this Node. */
export const runNode = (args: string[], options?: SpawnOptions) => run(process.execPath, args, options)

/** What a command prints; its errors are shown. Fails with its exit code. */
export function output(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (piece: Buffer) => (text += piece.toString()))
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (code) => (code === 0 ? done(text) : fail(new Error(`${command} ended with ${code}`))))
  })
}
