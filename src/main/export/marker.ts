/** The file by which Handful knows a folder as its own export, with everything it put there. */
import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const markerName = '.handful-export'
const heading = 'Made by Handful. This list lets a later export replace this folder without touching files added to it.'

/** Its lines: a heading, then the relative path of every file as JSON. */
export const markerHead = `${heading}\n`
export const markerLines = (paths: readonly string[]) => paths.map((path) => `${JSON.stringify(path)}\n`).join('')

/** Why the folder is not Handful's to replace; null when it holds nothing but an earlier export. */
export async function strangersIn(folder: string): Promise<string | null> {
  const listed = await listedIn(folder)
  if (!listed) return 'it is not an earlier export'
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  for (const entry of entries) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name)
      .slice(folder.length + 1)
      .replaceAll('\\', '/')
    if (path !== markerName && !listed.has(path)) return `${path} was added to it`
  }
  return null
}

async function listedIn(folder: string): Promise<Set<string> | null> {
  const paths = new Set<string>()
  let first = true
  const stream = createReadStream(join(folder, markerName), 'utf8')
  try {
    for await (const line of createInterface({ input: stream })) {
      if (first && line !== heading) return null
      if (!first) paths.add(JSON.parse(line) as string)
      first = false
    }
  } catch {
    return null
  } finally {
    stream.destroy()
  }
  return first ? null : paths
}
