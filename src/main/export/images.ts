/** The images of an export: placed as files, or read to go into a container. Originals are only read. */
import { lstat, mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, extname, join, parse } from 'node:path'
import { confined } from '../dataset/confined'
import { ImageProblem, problemOf } from '../dataset/problem'
import type { ExportContext, ExportRow } from './exporter'
import type { ExportFolder } from './folder'
import { type NameGiver, safeName } from './names'
import type { Placer } from './place'

/** Files placed or read at the same time. */
const abreast = 16

export interface Placed {
  row: ExportRow
  /** Relative to the export, POSIX. */
  path: string
}

interface Placing {
  folder: ExportFolder
  placer: Placer
  rows: Iterable<ExportRow>
  pathOf: (row: ExportRow) => string
  /** Rows done so far. */
  progress: (done: number) => void
}

/** Places the images some at a time and lists them; those that cannot be had are noted as lost. */
export async function* placeImages(context: ExportContext, placing: Placing): AsyncGenerator<Placed> {
  const { folder, placer, rows, pathOf, progress } = placing
  const imageFolder = context.reader.meta.facts()
  const made = new Set<string>()
  let done = 0
  for (const piece of inPieces(rows, abreast)) {
    const batch = piece.map((row) => ({ row, path: pathOf(row) }))
    for (const parent of new Set(batch.map(({ path }) => dirname(path)))) {
      if (!made.has(parent)) await mkdir(join(folder.root, parent), { recursive: true })
      made.add(parent)
    }
    const results = await Promise.allSettled(
      batch.map(async ({ row, path }) => {
        const target = join(folder.root, path)
        if (await isPlaced(target, row.bytes)) return null
        const source = await confined(imageFolder, row.path).catch((cause: unknown) => cause as ImageProblem)
        return source instanceof ImageProblem ? lostBy(source) : placer.place(source, target, row.bytes)
      }),
    )
    const placed = kept(batch, results, folder.lost)
    await folder.list(placed.map(({ row, path }) => ({ path, sha256: row.sha256 })))
    yield* placed
    context.signal.throwIfAborted()
    progress((done += batch.length))
  }
}

/** What a killed try had placed whole stays; half a copy goes. */
async function isPlaced(target: string, bytes: number): Promise<boolean> {
  const there = await lstat(target).catch(() => null)
  if (!there) return false
  if (there.isSymbolicLink() || there.size === bytes) return true
  await rm(target)
  return false
}

function kept<T extends { row: ExportRow }>(batch: T[], results: PromiseSettledResult<string | null>[], lost: string[]): T[] {
  return batch.filter(({ row }, index) => {
    const result = results[index]!
    if (result.status === 'rejected') throw result.reason
    if (result.value) lost.push(`${row.text}: ${result.value}`)
    return !result.value
  })
}

/** Why an image is not in the export. */
function lostBy({ cause, message }: ImageProblem): string {
  const { code } = (cause ?? {}) as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'the file is gone'
  return code === undefined ? message : 'the file may not be read'
}

/** The bytes of the images, read some ahead, in order. */
export async function* readImages(
  { reader, signal }: ExportContext,
  { rows, lost }: { rows: Iterable<ExportRow>; lost: string[] },
): AsyncGenerator<{ row: ExportRow; bytes: Buffer }> {
  const imageFolder = reader.meta.facts()
  for (const piece of inPieces(rows, abreast)) {
    const batch = piece.map((row) => ({ row, bytes: null as Buffer | null }))
    const results = await Promise.allSettled(
      batch.map(async (one) => {
        const source = await confined(imageFolder, one.row.path).catch((cause: unknown) => cause as ImageProblem)
        if (source instanceof ImageProblem) return lostBy(source)
        const bytes = await readFile(source).catch((cause: unknown) => lostBy(problemOf(cause)))
        if (typeof bytes === 'string') return bytes
        if (bytes.length !== one.row.bytes) return 'the file has changed since the import'
        one.bytes = bytes
        return null
      }),
    )
    for (const { row, bytes } of kept(batch, results, lost)) yield { row, bytes: bytes! }
    signal.throwIfAborted()
  }
}

export function* inPieces<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let piece: T[] = []
  for (const item of items) {
    if (piece.push(item) < size) continue
    yield piece
    piece = []
  }
  if (piece.length) yield piece
}

/** The image's own name, made safe; its stem is unique among those given, since some loaders go by stems. */
export function imageName(row: ExportRow, names: NameGiver): string {
  const { stem, extension } = nameParts(row)
  return names.give(stem, [row.sha256.slice(0, 8), row.sha256]) + extension
}

export function nameParts({ text }: ExportRow): { stem: string; extension: string } {
  const { name, ext } = parse(text)
  const extension = /^\.\w{1,10}$/.test(extname(safeName(`x${ext}`))) ? ext : ''
  return { stem: extension ? name : name + ext, extension }
}

/** `jpg`, `png`…: as most loaders know the format. */
export const shortFormat = ({ format }: ExportRow) => (format === 'jpeg' ? 'jpg' : format)
