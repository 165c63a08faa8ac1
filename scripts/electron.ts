/** Finds Electron's executable, fetching it once where that is possible. Importing the package itself would download it unasked. */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runNode } from './processes.ts'

const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'))
/** A slow line gets this long for about 110 MB, ms. */
const patience = 5 * 60_000

/** Absolute path, or undefined where it was never fetched. */
export function electronExecutable(): string | undefined {
  try {
    const dist = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist')
    const path = join(dist, readFileSync(join(folder, 'path.txt'), 'utf8').trim())
    return existsSync(path) ? path : undefined
  } catch {
    return undefined
  }
}

export async function fetchElectron(): Promise<string | undefined> {
  console.log('Fetching Electron, once…')
  await runNode([join(folder, 'install.js')], { stdio: 'ignore', timeout: patience })
  return electronExecutable()
}

/** Why Electron ended before it showed a window, in words for a person. */
export function whyElectronDied(errors: string, code: number | null): string {
  const library = /error while loading shared libraries: ([^\s:]+)/.exec(errors)?.[1]
  if (library) return `this system lacks the library ${library}`
  if (/root without --no-sandbox|Running as root/i.test(errors)) return 'it does not run as root'
  if (/missing x server|cannot open display|\$DISPLAY|failed to connect to wayland/i.test(errors)) return 'there is no display'
  if (/SUID sandbox|user namespace|No usable sandbox|zygote_host/i.test(errors))
    return 'this system does not allow its sandbox (user namespaces)'
  return code === null ? 'it was killed' : `it ended with code ${code}`
}
