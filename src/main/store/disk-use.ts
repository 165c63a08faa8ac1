/** How much room a project takes, by part. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

const parts = { thumbnails: 'thumbnails', pixels: 'pixels', runs: 'runs', backups: 'backups' }
/** Databases set aside by a migration or a rescue. */
const setAside = /^project[-.](format|damaged)/

/** Bytes by part; `database` is the rest that counts. */
export async function diskUse(folder: string): Promise<Record<string, number>> {
  const use: Record<string, number> = { database: await bytesOf(folder, (name) => name.startsWith('project.sqlite')) }
  for (const [part, below] of Object.entries(parts)) use[part] = await bytesOf(join(folder, below), () => true, true)
  use['backups']! += await bytesOf(folder, (name) => setAside.test(name))
  return use
}

async function bytesOf(folder: string, wanted: (name: string) => boolean, recursive = false): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive }).catch(() => [])
  const sizes = entries
    .filter((entry) => entry.isFile() && wanted(entry.name))
    .map((entry) =>
      stat(join(entry.parentPath, entry.name)).then(
        ({ size }) => size,
        () => 0,
      ),
    )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
