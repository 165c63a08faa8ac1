/** A whole copy of a project's database, taken while it is in use. */
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { failureOf } from './failures'
import { type Store, syncFolder } from './open'

/**
 * Into `backups/` of the project folder, a page at a time between other work.
 * @throws HandfulError DISK_FULL, PROJECT_READ_ONLY
 */
export async function backUp({ database, folder }: Store, now = Date.now()): Promise<{ path: string; bytes: number }> {
  const below = join(folder, 'backups')
  const path = join(below, `project-${new Date(now).toISOString().replace(/[:.]/g, '-')}.sqlite`)
  try {
    mkdirSync(below, { recursive: true })
    await database.backup(`${path}.new`, { progress: () => 200 })
    renameSync(`${path}.new`, path)
    syncFolder(below)
    return { path, bytes: statSync(path).size }
  } catch (cause) {
    rmSync(`${path}.new`, { force: true })
    throw failureOf(cause, folder)
  }
}
