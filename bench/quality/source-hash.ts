/** Tells by its sources whether something that was measured earlier would come out the same today. */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const root = join(import.meta.dirname, '../..')

/**
 * Of the files, of all that they import as values, and of whole folders (relative to the repository; those that are not there count as empty).
 * @returns 12 hexadecimal digits
 */
export function sourceHash(entries: readonly string[], folders: readonly string[] = []): string {
  const found = new Set<string>()
  const open = entries.map((path) => join(root, path))
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path)) continue
    found.add(path)
    open.push(...importsOf(path, readFileSync(path, 'utf8')))
  }
  for (const folder of folders) for (const path of filesIn(join(root, folder))) found.add(path)
  const hash = createHash('sha256')
  for (const path of [...found].sort()) hash.update(relative(root, path)).update(readFileSync(path))
  return hash.digest('hex').slice(0, 12)
}

/** Sources of the repository only; types leave no trace in what runs. */
function importsOf(path: string, text: string): string[] {
  const names = [...text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm)]
  return names.flatMap(([, still, later]) => {
    const name = (still ?? later)!
    const base = name.startsWith('.') ? join(dirname(path), name) : name.replace(/^@shared\//, join(root, 'src/shared/'))
    const source = [`${base}.ts`, join(base, 'index.ts')].find((each) => existsSync(each))
    return source ? [source] : []
  })
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
  return names.filter((path) => statSync(path).isFile())
}
