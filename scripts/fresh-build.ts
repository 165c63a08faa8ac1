/** Builds the app when its sources are newer than the last build. `npm run build` always builds. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode, tool } from './processes.ts'

const out = join(root, 'out')
/** Written after a whole build, so that one cut short is not taken for it. */
const stamp = join(out, 'built')
const sources = ['src', 'package.json', 'package-lock.json', 'electron.vite.config.ts']

function newest(path: string): number {
  const info = statSync(path)
  if (!info.isDirectory()) return path.endsWith('.test.ts') ? 0 : info.mtimeMs
  return Math.max(info.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))))
}

export function isBuilt(): boolean {
  return existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources.map((source) => newest(join(root, source))))
}

/** @returns whether it succeeded */
export async function build(): Promise<boolean> {
  const started = new Date()
  rmSync(out, { recursive: true, force: true })
  const code = await runNode([tool('electron-vite'), 'build', '--logLevel', 'warn'], { stdio: ['ignore', 2, 2] })
  if (code !== 0) return false
  writeFileSync(stamp, started.toISOString())
  return true
}

/** Says so on standard error, which leaves standard output to the program that follows. */
export async function buildIfStale(): Promise<void> {
  if (isBuilt()) return
  console.error('Building Handful…')
  if (!(await build())) {
    console.error('The build failed; the lines above say why.')
    process.exit(1)
  }
}
