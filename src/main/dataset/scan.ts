/** Walks an image folder, reading names and sizes only; safe in main. */
import { constants, type Dirent } from 'node:fs'
import { access, opendir, readdir, stat } from 'node:fs/promises'
import { HandfulError } from '@shared/errors'
import { displayPath, joinBytes } from '@shared/paths'

export interface FoundFile {
  /** Relative to the image folder. */
  path: Buffer
  bytes: number
  mtimeMs: number
}

export interface ScanOptions {
  followLinks: boolean
  signal?: AbortSignal | undefined
  /** A folder or file that cannot be looked into. */
  onProblem?: (path: Buffer, cause: NodeJS.ErrnoException) => void
}

/** Names that are never images and not worth a word. */
const ignoredNames = new Set([
  'thumbs.db',
  'desktop.ini',
  'ehthumbs.db',
  'icon\r',
  '$recycle.bin',
  'system volume information',
  '__macosx',
])
const ignoredExtensions = new Set(
  (
    'txt csv tsv json jsonl ndjson xml xmp yaml yml md rst html htm css js ts py ipynb r m c h cpp java log ini cfg toml ' +
    'zip gz tar bz2 xz 7z rar db sqlite sqlite-wal sqlite-shm pdf doc docx xls xlsx ppt pptx odt ods ' +
    'mp4 mov avi mkv webm mpg mpeg wav mp3 flac ogg npy npz h5 hdf5 pt pth onnx pkl parquet tfrecord exe dll so dylib lnk url sh bat'
  ).split(' '),
)

/** @throws HandfulError NOT_FOUND, NOT_A_FOLDER, NOT_PERMITTED, FOLDER_EMPTY */
export async function checkRoot(root: string): Promise<void> {
  const info = await stat(root).catch((cause: NodeJS.ErrnoException) => {
    throw new HandfulError(cause.code === 'EACCES' ? 'NOT_PERMITTED' : cause.code === 'ENOTDIR' ? 'NOT_A_FOLDER' : 'NOT_FOUND', {
      path: root,
    })
  })
  if (!info.isDirectory()) throw new HandfulError('NOT_A_FOLDER', { path: root })
  await access(root, constants.R_OK | constants.X_OK).catch(() => {
    throw new HandfulError('NOT_PERMITTED', { path: root })
  })
  const folder = await opendir(root)
  const first = await folder.read()
  await folder.close()
  if (!first) throw new HandfulError('FOLDER_EMPTY', { path: root })
}

/** Candidates in a stable order (by bytes of the name, a folder's files before its folders). Links lead out of no loop. */
export async function* scan(root: Buffer, options: ScanOptions): AsyncGenerator<FoundFile> {
  yield* scanFolder(root, Buffer.alloc(0), new Set(), options)
}

async function* scanFolder(root: Buffer, folder: Buffer, visited: Set<string>, options: ScanOptions): AsyncGenerator<FoundFile> {
  options.signal?.throwIfAborted()
  const entries = await entriesOf(root, folder, visited, options)
  const folders: Buffer[] = []
  for (const entry of entries) {
    const path = folder.length ? Buffer.concat([folder, Buffer.from('/'), entry.name]) : entry.name
    const kind = await kindOf(entry, joinBytes(root, path), options)
    if (kind === 'folder') folders.push(path)
    else if (kind === 'file') {
      const found = await fileAt(root, path, options)
      if (found) yield found
    }
  }
  for (const path of folders) yield* scanFolder(root, path, visited, options)
}

async function entriesOf(root: Buffer, folder: Buffer, visited: Set<string>, options: ScanOptions): Promise<Dirent<Buffer>[]> {
  const absolute = joinBytes(root, folder)
  try {
    const { dev, ino } = await stat(absolute, { bigint: true })
    const identity = `${dev}:${ino}`
    if (visited.has(identity) && ino !== 0n) return []
    visited.add(identity)
    const entries = await readdir(absolute, { withFileTypes: true, encoding: 'buffer' })
    return entries.filter(({ name }) => !isIgnored(name)).sort((a, b) => Buffer.compare(a.name, b.name))
  } catch (cause) {
    options.onProblem?.(folder, cause as NodeJS.ErrnoException)
    return []
  }
}

function isIgnored(name: Buffer): boolean {
  const text = name.toString('latin1').toLowerCase()
  if (text.startsWith('.') || text.endsWith('.handful') || ignoredNames.has(text)) return true
  const dot = text.lastIndexOf('.')
  return dot > 0 && ignoredExtensions.has(text.slice(dot + 1))
}

async function kindOf(
  entry: Dirent<Buffer>,
  absolute: Buffer,
  { followLinks }: ScanOptions,
): Promise<'file' | 'folder' | 'other'> {
  if (entry.isDirectory()) return 'folder'
  if (entry.isFile()) return 'file'
  if (!entry.isSymbolicLink() || !followLinks) return 'other'
  const target = await stat(absolute).catch(() => null)
  return target?.isDirectory() ? 'folder' : target?.isFile() ? 'file' : 'other'
}

async function fileAt(root: Buffer, path: Buffer, options: ScanOptions): Promise<FoundFile | null> {
  try {
    const { size, mtimeMs } = await stat(joinBytes(root, path))
    return { path, bytes: size, mtimeMs }
  } catch (cause) {
    options.onProblem?.(path, cause as NodeJS.ErrnoException)
    return null
  }
}

/** For messages. */
export const shownPath = (root: Buffer, path: Buffer) => displayPath(joinBytes(root, path))
