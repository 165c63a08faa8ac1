/** Read-only sight of a project's database, for workers and exporters. */
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Audits } from './audits'
import { Classes } from './classes'
import { type Embeddings, embeddedOrdinals, readEmbeddings, readEmbeddingsOf } from './embeddings'
import { Heads, type HeadRecord, type PseudoLabels } from './heads'
import { MadeClusters } from './made-clusters'
import { Labels } from './labels'
import { Meta } from './meta'
import { NearCopies } from './near-copies'
import { Runs } from './runs'
import { SampleFinder } from './sample-finder'
import { Splits } from './splits'

export { chunkSize } from './embeddings'
export type { LabelRow } from './labels'

/** One file of one sample, as exports write it. */
export interface FileRow {
  ordinal: number
  /** Bytes relative to the image folder. */
  path: Buffer
  display: string
  sha256: Buffer
  width: number
  height: number
  format: string
  bytes: number
  /** Unix ms, by the camera's clock. */
  takenAt: number | null
  camera: string | null
}

/** Columns by ordinal, `length` = highest ordinal + 1. */
export interface SampleColumns {
  /** Files present; 0: missing. */
  files: Uint16Array
  width: Uint32Array
  height: Uint32Array
}

/** Rows read at a time. */
const slice = 50_000

export class Reader {
  readonly folder: string
  readonly audits: Audits
  readonly classes: Classes
  readonly labels: Labels
  readonly runs: Runs
  readonly meta: Meta
  readonly madeClusters: MadeClusters
  readonly #database: Database.Database
  readonly #heads: Heads
  readonly #splits: Splits
  readonly #nearCopies: NearCopies

  constructor(folder: string) {
    this.folder = folder
    this.#database = new Database(join(folder, 'project.sqlite'), { readonly: true, timeout: 5000 })
    this.audits = new Audits(this.#database)
    this.classes = new Classes(this.#database)
    this.labels = new Labels(this.#database, this.classes)
    this.runs = new Runs(this.#database)
    this.meta = new Meta(this.#database)
    this.madeClusters = new MadeClusters(this.#database)
    this.#heads = new Heads(this.#database)
    this.#splits = new Splits(this.#database)
    this.#nearCopies = new NearCopies(this.#database)
  }

  /** Highest ordinal + 1. */
  sampleCount(): number {
    return this.#database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
  }

  /** Ordinals by content hash: the order in which numeric work goes through the samples, whatever the files are called. */
  canonicalOrder(): Uint32Array {
    return Uint32Array.from(this.#database.prepare<[], number>('SELECT ordinal FROM sample ORDER BY sha256').pluck().all())
  }

  /** Ordinal by content hash in hex. */
  ordinalsByHash(): Map<string, number> {
    const rows = this.#database.prepare<[], { sha256: Buffer; ordinal: number }>('SELECT sha256, ordinal FROM sample').iterate()
    const found = new Map<string, number>()
    for (const { sha256, ordinal } of rows) found.set(sha256.toString('hex'), ordinal)
    return found
  }

  /** Where the next thumbnail goes. */
  thumbnailEnd(): { pack: number; offset: number } {
    return (
      this.#database
        .prepare<[], { pack: number; offset: number }>(
          'SELECT thumb_pack AS pack, max(thumb_offset + thumb_bytes) AS offset FROM sample GROUP BY thumb_pack ORDER BY thumb_pack DESC LIMIT 1',
        )
        .get() ?? { pack: 0, offset: 0 }
    )
  }

  samples(): SampleColumns {
    const count = this.sampleCount()
    const columns = { files: new Uint16Array(count), width: new Uint32Array(count), height: new Uint32Array(count) }
    const rows = this.#database
      .prepare<[number, number], [number, number, number]>(
        'SELECT ordinal, width, height FROM sample WHERE ordinal >= ? AND ordinal < ?',
      )
      .raw()
    // Whole slices cost half of what a million single steps do.
    for (let first = 0; first < count; first += slice) {
      for (const [ordinal, width, height] of rows.all(first, first + slice)) {
        columns.width[ordinal] = width
        columns.height[ordinal] = height
      }
    }
    const places = this.#database
      .prepare<[number, number], number>('SELECT ordinal FROM file WHERE ordinal >= ? AND ordinal < ? AND present = 1')
      .pluck()
    for (let first = 0; first < count; first += slice) {
      for (const ordinal of places.all(first, first + slice)) if (columns.files[ordinal]! < 0xffff) columns.files[ordinal]!++
    }
    return columns
  }

  /** Every place of every sample, present or not. */
  paths(): IterableIterator<{ ordinal: number; display: string }> {
    return this.#database.prepare<[], { ordinal: number; display: string }>('SELECT ordinal, display FROM file').iterate()
  }

  /** Every ordinal once, by its first path. */
  pathOrder(): Uint32Array {
    return Uint32Array.from(
      this.#database.prepare<[], number>('SELECT ordinal FROM file GROUP BY ordinal ORDER BY min(display)').pluck().all(),
    )
  }

  /** When images were taken, Unix ms; those that do not say are left out. */
  takenAt(): Generator<{ ordinal: number; value: number }> {
    return this.#sliced(
      'SELECT ordinal, taken_at AS value FROM sample WHERE ordinal >= ? AND ordinal < ? AND taken_at IS NOT NULL',
    )
  }

  cameras(): Generator<{ ordinal: number; value: string }> {
    return this.#sliced('SELECT ordinal, camera AS value FROM sample WHERE ordinal >= ? AND ordinal < ? AND camera IS NOT NULL')
  }

  /** The folder of one place of each sample, relative to the image folder; empty for the folder itself. */
  *folders(): Generator<{ ordinal: number; value: string }> {
    const rows = this.#sliced<{ ordinal: number; display: string }>(
      'SELECT ordinal, min(display) AS display FROM file WHERE ordinal >= ? AND ordinal < ? GROUP BY ordinal',
    )
    for (const { ordinal, display } of rows) {
      yield { ordinal, value: display.slice(0, Math.max(0, display.lastIndexOf('/'))) }
    }
  }

  /** Rows about a range of ordinals, range after range: whole slices cost half of what a million single steps do. */
  *#sliced<Row>(sql: string): Generator<Row> {
    const rows = this.#database.prepare<[number, number], Row>(sql)
    const count = this.sampleCount()
    for (let first = 0; first < count; first += slice) yield* rows.all(first, first + slice)
  }

  /** Parts of a split by ordinal (1 train, 2 validation, 3 test, 0 none), as kept under this name. */
  splitParts(name: string): Uint8Array | null {
    return this.#splits.parts(name)
  }

  /** @param order of the rows, ascending when left out */
  embeddings(run: string, order?: Uint32Array): Embeddings {
    return readEmbeddings(this.#database, run, order)
  }

  /** @param wanted ascending */
  embeddingsOf(run: string, wanted: Uint32Array): Embeddings {
    return readEmbeddingsOf(this.#database, run, wanted)
  }

  embeddedOrdinals(run: string): Uint32Array {
    return embeddedOrdinals(this.#database, run)
  }

  head(run: string): HeadRecord | null {
    return this.#heads.latest(run)
  }

  pseudoLabels(head: number): PseudoLabels {
    return this.#heads.pseudoLabels(head)
  }

  /** By ordinal: the lowest ordinal among samples with the same pixels, its own when there is no other. */
  equalPixels(): Uint32Array {
    const groups = Uint32Array.from({ length: this.sampleCount() }, (_, ordinal) => ordinal)
    const rows = this.#database
      .prepare<[], { ordinal: number; first: number }>(
        `SELECT s.ordinal, g.first FROM sample s
         JOIN (SELECT pixel_hash, min(ordinal) AS first FROM sample GROUP BY pixel_hash HAVING count(*) > 1) g USING (pixel_hash)`,
      )
      .iterate()
    for (const { ordinal, first } of rows) groups[ordinal] = first
    return groups
  }

  /** By ordinal: the lowest ordinal among a sample and its near copies as found at the last clustering, its own when it has none. */
  nearCopies(): Uint32Array {
    return this.#nearCopies.groups(this.sampleCount())
  }

  /** By ordinal; 0 where it was read before sharpness was. */
  sharpness(): Float32Array {
    const values = new Float32Array(this.sampleCount())
    const rows = this.#database.prepare<[], [number, number]>('SELECT ordinal, sharpness FROM sample WHERE sharpness > 0').raw()
    for (const [ordinal, value] of rows.iterate()) values[ordinal] = value
    return values
  }

  /** uint8 [samples, 32]; zeros where there is none. */
  perceptualHashes(): Uint8Array {
    return this.#nearCopies.hashes(this.sampleCount())
  }

  sampleFinder(): SampleFinder {
    return new SampleFinder(this.#database)
  }

  /** Every present file (missing samples are left out), by path; streamed. */
  files(): IterableIterator<FileRow> {
    return this.#database
      .prepare<[], FileRow>(
        `SELECT f.ordinal, f.path, f.display, s.sha256, s.width, s.height, s.format, s.bytes, s.taken_at AS takenAt, s.camera
         FROM file f JOIN sample s ON s.ordinal = f.ordinal WHERE f.present = 1 ORDER BY f.path`,
      )
      .iterate()
  }

  close(): void {
    this.#database.close()
  }
}

export const openReader = (projectFolder: string) => new Reader(projectFolder)
