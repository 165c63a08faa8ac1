/** Walks an image folder, reading names and sizes only; safe in main: no step takes long, however large a folder is. */
import { constants, type Dirent } from 'node:fs'
import { access, lstat, opendir, stat } from 'node:fs/promises'
import { HandfulError } from '@shared/errors'
import { displayPath, joinBytes } from '@shared/paths'

export interface FoundFile {
  /** Relative to the image folder, `/` between the parts. */
  path: Buffer
  bytes: number
  mtimeMs: number
}

export interface ScanOptions {
  followLinks: boolean
  signal?: AbortSignal | undefined
  /** A folder or file that cannot be looked into; the image folder itself is the empty path. */
  onProblem?: (path: Buffer, cause: NodeJS.ErrnoException) => void
  /** A file that is clearly no image: hidden, a system's, a table, a video… */
  onIgnored?: () => void
}

/** Names that are never images and not worth a word. */
const ignoredNames = new Set([
  'thumbs.db',
  'ehthumbs.db',
  'desktop.ini',
  'icon\r',
  '$recycle.bin',
  'system volume information',
  '__macosx',
  'lost+found',
])
const ignoredExtensions = new Set(
  (
    'txt csv tsv json jsonl ndjson geojson xml xmp aae thm pp3 yaml yml md rst tex html htm css js mjs ts py ipynb r m mat c h cpp ' +
    'java go rs sh bat ps1 log ini cfg toml sha256 md5 zip gz tgz tar bz2 xz zst 7z rar db db-wal db-shm sqlite sqlite-wal sqlite-shm ' +
    'sqlite3 pdf doc docx xls xlsx ppt pptx odt ods odp rtf mp4 m4v mov avi mkv webm mpg mpeg mts wmv wav mp3 m4a flac ogg npy npz h5 ' +
    'hdf5 pt pth onnx safetensors pkl parquet arrow tfrecord exe dll so dylib lnk url ttf otf part crdownload tmp'
  ).split(' '),
)

/** Entries of a folder that are looked at before others get their turn. */
const atOnce = 256
/** Entries sorted in one go: some 10 ms. */
const mostSorted = 2048
const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

/** @throws HandfulError NOT_FOUND, NOT_A_FOLDER, NOT_PERMITTED, FOLDER_EMPTY */
export async function checkRoot(root: string | Buffer): Promise<void> {
  const path = typeof root === 'string' ? root : displayPath(root)
  const info = await stat(root).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code === 'EACCES' ? 'NOT_PERMITTED' : cause.code === 'ENOTDIR' ? 'NOT_A_FOLDER' : 'NOT_FOUND'
    throw new HandfulError(code, { path }, { cause })
  })
  if (!info.isDirectory()) throw new HandfulError('NOT_A_FOLDER', { path })
  const first = await firstEntry(root).catch((cause: unknown) => {
    throw new HandfulError('NOT_PERMITTED', { path }, { cause })
  })
  if (!first) throw new HandfulError('FOLDER_EMPTY', { path })
}

async function firstEntry(folder: string | Buffer): Promise<Dirent | null> {
  // Listing needs one permission, looking at what is listed the other.
  await access(folder, constants.R_OK | constants.X_OK)
  const open = await opendir(folder)
  try {
    return await open.read()
  } finally {
    await open.close()
  }
}

/**
 * Candidates in batches, in a stable order: by the bytes of the names, a folder's files before its folders. Links lead into no loop, and
 * a folder that several links lead to is walked once.
 */
export async function* scan(root: Buffer, options: ScanOptions): AsyncGenerator<FoundFile[]> {
  const visited = new Set<string>()
  const folders: Buffer[] = [Buffer.alloc(0)]
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    const inside: Buffer[] = []
    for await (const entries of entriesOf(root, folder, visited, options)) {
      options.signal?.throwIfAborted()
      const at = folder
      const found = await Promise.all(entries.map((entry) => lookAt(root, at, entry, options)))
      inside.push(...found.flatMap((each) => (each && 'folder' in each ? [each.folder] : [])))
      const files = found.flatMap((each) => (each && 'file' in each ? [each.file] : []))
      if (files.length) yield files
    }
    folders.push(...inside.reverse())
  }
}

async function* entriesOf(
  root: Buffer,
  folder: Buffer,
  visited: Set<string>,
  { onProblem, onIgnored, signal }: ScanOptions,
): AsyncGenerator<Dirent<Buffer>[]> {
  const absolute = joinBytes(root, folder)
  let runs: Dirent<Buffer>[][] = [[]]
  try {
    const { dev, ino } = await stat(absolute, { bigint: true })
    if (ino !== 0n && visited.has(`${dev}:${ino}`)) return
    visited.add(`${dev}:${ino}`)
    const open = (await opendir(absolute, {
      encoding: 'buffer' as never,
      bufferSize: atOnce,
    })) as unknown as AsyncIterable<Dirent<Buffer>>
    for await (const entry of open) {
      if (isIgnored(entry)) {
        if (!entry.isDirectory()) onIgnored?.()
        continue
      }
      runs.at(-1)!.push(entry)
      if (runs.at(-1)!.length === mostSorted) {
        signal?.throwIfAborted()
        runs.push([])
        await breath()
      }
    }
  } catch (cause) {
    signal?.throwIfAborted()
    onProblem?.(folder, cause as NodeJS.ErrnoException)
    return
  }
  for (const run of runs) {
    run.sort(byName)
    await breath()
  }
  while (runs.length > 1) {
    const merged: Dirent<Buffer>[][] = []
    for (let index = 0; index < runs.length; index += 2) merged.push(await merge(runs[index]!, runs[index + 1] ?? []))
    runs = merged
  }
  const [sorted = []] = runs
  for (let from = 0; from < sorted.length; from += atOnce) yield sorted.slice(from, from + atOnce)
}

const byName = (a: Dirent<Buffer>, b: Dirent<Buffer>) => Buffer.compare(a.name, b.name)

async function merge(left: Dirent<Buffer>[], right: Dirent<Buffer>[]): Promise<Dirent<Buffer>[]> {
  const merged: Dirent<Buffer>[] = []
  let [fromLeft, fromRight] = [0, 0]
  while (fromLeft < left.length && fromRight < right.length) {
    merged.push(byName(left[fromLeft]!, right[fromRight]!) <= 0 ? left[fromLeft++]! : right[fromRight++]!)
    if (merged.length % 8192 === 0) await breath()
  }
  return merged.concat(left.slice(fromLeft), right.slice(fromRight))
}

function isIgnored({ name }: Dirent<Buffer>): boolean {
  const text = name.toString('latin1').toLowerCase()
  if (text.startsWith('.') || text.endsWith('.handful') || ignoredNames.has(text)) return true
  const dot = text.lastIndexOf('.')
  return dot > 0 && ignoredExtensions.has(text.slice(dot + 1))
}

/** Null: neither folder nor file, or a link that is not followed. */
async function lookAt(
  root: Buffer,
  folder: Buffer,
  entry: Dirent<Buffer>,
  { followLinks, onProblem }: ScanOptions,
): Promise<{ folder: Buffer } | { file: FoundFile } | null> {
  const path = folder.length ? joinBytes(folder, entry.name) : entry.name
  if (entry.isDirectory()) return { folder: path }
  try {
    const absolute = joinBytes(root, path)
    const itself = await lstat(absolute)
    if (itself.isSymbolicLink() && !followLinks) return null
    const info = itself.isSymbolicLink() ? await stat(absolute) : itself
    if (info.isDirectory()) return { folder: path }
    return info.isFile() ? { file: { path, bytes: info.size, mtimeMs: info.mtimeMs } } : null
  } catch (cause) {
    // A link to nowhere is no file, and one deleted a moment ago is none any more.
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') onProblem?.(path, cause as NodeJS.ErrnoException)
    return null
  }
}
