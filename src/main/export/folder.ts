/** A folder export in the making: what it holds is listed in the marker and, with its SHA-256, in SHA256SUMS. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { dataSheet, type SheetFacts } from './data-sheet'
import type { ExportContext, ExportResult, ExportRow } from './exporter'
import { writeRows } from './lines'
import { markerHead, markerLines, markerName } from './marker'

export const sheetName = 'README.md'
export const sumsName = 'SHA256SUMS'
/** Names that no exporter may give at the top of its folder. */
export const ownNames = [sheetName, sumsName, markerName]

export class ExportFolder {
  readonly root: string
  /** Images that could not be had, with the reason. */
  readonly lost: string[] = []
  readonly #context: ExportContext
  readonly #marker: FileHandle
  readonly #sums: FileHandle

  private constructor(context: ExportContext, root: string, files: { marker: FileHandle; sums: FileHandle }) {
    this.root = root
    this.#context = context
    this.#marker = files.marker
    this.#sums = files.sums
  }

  static async make(context: ExportContext, root: string): Promise<ExportFolder> {
    await mkdir(root, { recursive: true })
    const [marker, sums] = await Promise.all([open(join(root, markerName), 'w'), open(join(root, sumsName), 'w')])
    await marker.writeFile(markerHead + markerLines([sumsName]))
    return new ExportFolder(context, root, { marker, sums })
  }

  /** Absolute; its folder is there. */
  async at(path: string): Promise<string> {
    const absolute = join(this.root, path)
    await mkdir(dirname(absolute), { recursive: true })
    return absolute
  }

  /** Files that are in their place. */
  async list(files: readonly { path: string; sha256: string }[]): Promise<void> {
    await this.#marker.writeFile(markerLines(files.map(({ path }) => path)))
    await this.#sums.writeFile(files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).join(''))
  }

  /** See `writeRows`. */
  async rows<T>(
    path: string,
    rows: Iterable<T> | AsyncIterable<T>,
    format: (piece: T[]) => string,
    { head = '', tail = '', progress }: { head?: string; tail?: string; progress?: (done: number) => void } = {},
  ): Promise<number> {
    const hash = createHash('sha256')
    const { signal } = this.#context
    const options = { signal, tail, hash, ...(progress && { progress }) }
    const written = await writeRows(await this.at(path), head, rows, format, options)
    await this.list([{ path, sha256: hash.digest('hex') }])
    return written
  }

  async text(path: string, text: string): Promise<void> {
    await this.rows(path, [], () => '', { head: text })
  }

  /** A file that a library wrote. @returns its SHA-256 in hex */
  async finished(path: string): Promise<string> {
    const hash = createHash('sha256')
    await pipeline(createReadStream(join(this.root, path)), hash)
    const sha256 = hash.digest('hex')
    await this.list([{ path, sha256 }])
    return sha256
  }

  async close(): Promise<void> {
    await Promise.all([this.#marker.close(), this.#sums.close()])
  }
}

/** Makes the folder, has it filled, and ends it with its data sheet. */
export async function inFolder(
  context: ExportContext,
  root: string,
  fill: (folder: ExportFolder) => Promise<{ what: string; sheet: Omit<SheetFacts, 'lost'>; note?: string | null }>,
): Promise<ExportResult> {
  const folder = await ExportFolder.make(context, root)
  try {
    const { what, sheet, note } = await fill(folder)
    await folder.text(sheetName, dataSheet(context, { ...sheet, lost: folder.lost }))
    const missing = folder.lost.length ? `; ${folder.lost.length.toLocaleString('en')} left out, see ${sheetName}` : ''
    return { summary: `${what}${missing}${note ? `; ${note}` : ''}` }
  } finally {
    await folder.close()
  }
}

export interface Part {
  name: 'train' | 'val' | 'test' | 'unlabeled'
  rows(): Iterable<ExportRow>
}

/** The parts of the split that have rows; all rows as `train` when none was asked for. */
export function partsOf({ data, seed }: Pick<ExportContext, 'data' | 'seed'>): Part[] {
  if (seed === null) return [{ name: 'train', rows: () => data.rows() }]
  const names = (['train', 'val', 'test', 'unlabeled'] as const).filter((name) => data.counts.bySplit[name] > 0)
  return names.map((name) => ({
    name,
    *rows() {
      for (const row of data.rows()) if ((row.split ?? 'unlabeled') === name) yield row
    },
  }))
}
