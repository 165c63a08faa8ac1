/** Files and the samples they hold: what an import records. */
import { displayPath } from '@shared/paths'
import type { Database } from 'better-sqlite3'
import type { DecodedFile } from '@shared/workers/import'

export interface FileOnDisk {
  path: Buffer
  bytes: number
  mtimeMs: number
}

export interface FileProblemRow extends FileOnDisk {
  code: string
  reason: string
}

/** A file whose content is another one now: the label of the sample before may belong to the sample after. */
export interface Replaced {
  before: number
  after: number
  /** The pixels are the same, only metadata changed. */
  samePixels: boolean
}

export class Files {
  readonly #database: Database
  readonly #known
  readonly #quarantined
  readonly #see

  constructor(database: Database) {
    this.#database = database
    database.exec('CREATE TEMP TABLE seen (path BLOB PRIMARY KEY) WITHOUT ROWID')
    this.#known = database.prepare<[Buffer], { bytes: number; mtime_ms: number; present: number; ordinal: number }>(
      'SELECT bytes, mtime_ms, present, ordinal FROM file WHERE path = ?',
    )
    this.#quarantined = database.prepare<[Buffer], { bytes: number; mtime_ms: number }>(
      'SELECT bytes, mtime_ms FROM quarantine WHERE path = ?',
    )
    this.#see = database.prepare('INSERT OR IGNORE INTO temp.seen VALUES (?)')
  }

  startScan(): void {
    this.#database.exec('DELETE FROM temp.seen')
  }

  /** Notes that these are there; answers those that are new or changed since they were read (or quarantined). */
  needReading(found: FileOnDisk[]): FileOnDisk[] {
    return this.#database.transaction(() =>
      found.filter(({ path, bytes, mtimeMs }) => {
        this.#see.run(path)
        const row = this.#known.get(path) ?? this.#quarantined.get(path)
        const present = !row || !('present' in row) || row.present === 1
        return !row || !present || row.bytes !== bytes || row.mtime_ms !== mtimeMs
      }),
    )()
  }

  /** Records what was read, in one transaction. */
  record(read: { file: FileOnDisk; decoded: DecodedFile }[]): Replaced[] {
    const addSample = this.#database.prepare(
      `INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, taken_at, camera, notes, thumb_pack, thumb_offset, thumb_bytes, thumb_type)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    const putFile = this.#database.prepare(
      `INSERT INTO file (path, display, bytes, mtime_ms, ordinal) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, mtime_ms = excluded.mtime_ms, ordinal = excluded.ordinal, present = 1`,
    )
    const release = this.#database.prepare('DELETE FROM quarantine WHERE path = ?')
    const replaced: Replaced[] = []
    this.#database.transaction(() => {
      for (const { file, decoded } of read) {
        const { ordinal, sample: row } = decoded
        if (row) {
          const { thumbnail: thumb } = row
          addSample.run(
            ordinal,
            Buffer.from(decoded.sha256, 'hex'),
            Buffer.from(row.pixelHash, 'hex'),
            row.width,
            row.height,
            row.format,
            row.bytes,
            row.takenAt,
            row.camera,
            JSON.stringify(row.notes),
            thumb.pack,
            thumb.offset,
            thumb.bytes,
            thumb.type,
          )
        }
        const before = this.#known.get(file.path)?.ordinal
        if (before !== undefined && before !== ordinal)
          replaced.push({ before, after: ordinal, samePixels: this.#samePixels(before, ordinal) })
        putFile.run(file.path, displayPath(file.path), file.bytes, file.mtimeMs, ordinal)
        release.run(file.path)
      }
    })()
    return replaced
  }

  /** Sets files apart that cannot be read; what they held before counts as gone. */
  quarantine(problems: FileProblemRow[]): void {
    const put = this.#database.prepare(
      'INSERT OR REPLACE INTO quarantine (path, display, code, reason, bytes, mtime_ms) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const gone = this.#database.prepare('UPDATE file SET present = 0 WHERE path = ?')
    this.#database.transaction(() => {
      for (const { path, code, reason, bytes, mtimeMs } of problems) {
        put.run(path, displayPath(path), code, reason, bytes, mtimeMs)
        gone.run(path)
      }
    })()
  }

  /** After a whole scan: what was not seen is gone. In slices, each a short transaction; answers how many. */
  *markMissing(slice = 5000): Generator<number> {
    const last = this.#database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM file').pluck().get()!
    const mark = this.#database.prepare(
      'UPDATE file SET present = 0 WHERE id > ? AND id <= ? AND present = 1 AND path NOT IN (SELECT path FROM temp.seen)',
    )
    for (let from = 0; from < last; from += slice) yield mark.run(from, from + slice).changes
    this.#database.exec('DELETE FROM quarantine WHERE path NOT IN (SELECT path FROM temp.seen)')
  }

  quarantinePage(
    offset: number,
    limit: number,
  ): { total: number; rows: { path: string; code: string; reason: string; bytes: number | null }[] } {
    const total = this.#database.prepare<[], number>('SELECT count(*) FROM quarantine').pluck().get()!
    const rows = this.#database
      .prepare<[number, number], { path: string; code: string; reason: string; bytes: number | null }>(
        'SELECT display AS path, code, reason, bytes FROM quarantine ORDER BY display LIMIT ? OFFSET ?',
      )
      .all(limit, offset)
    return { total, rows }
  }

  #samePixels(a: number, b: number): boolean {
    const hash = this.#database.prepare<[number], Buffer>('SELECT pixel_hash FROM sample WHERE ordinal = ?').pluck()
    return Buffer.compare(hash.get(a)!, hash.get(b)!) === 0
  }
}
