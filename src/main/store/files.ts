/** Files and the samples they hold: what a scan sees and an import records. */
import { displayPath } from '@shared/paths'
import type { DecodedFile } from '@shared/workers/import'
import type { Database } from 'better-sqlite3'

export interface FileOnDisk {
  path: Buffer
  bytes: number
  mtimeMs: number
}

export interface ReadFile {
  file: FileOnDisk
  decoded: DecodedFile
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

interface KnownFile {
  bytes: number
  mtime_ms: number
  present: number
  ordinal: number
}

/** Problems that may be gone although the file is the same: these files are tried at every scan. */
const passing = new Set(['not-permitted', 'unreadable', 'changed-while-read', 'timed-out'])

/** What the running scan has seen; `unread` ones are to be decoded. Folders that could not be looked into are `hidden`. */
const scanTables = `
  CREATE TEMP TABLE seen (id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, bytes INTEGER, mtime_ms REAL, unread INTEGER NOT NULL);
  CREATE INDEX temp.seen_unread ON seen (id) WHERE unread = 1;
  CREATE TEMP TABLE hidden (prefix BLOB PRIMARY KEY) WITHOUT ROWID;
`
const isHidden = 'EXISTS (SELECT 1 FROM temp.hidden WHERE substr(path, 1, length(prefix)) = prefix)'

export class Files {
  readonly #database: Database
  readonly #known
  readonly #quarantined
  readonly #see
  /** Written ahead: without waiting a database is whole all the same. */
  readonly #ahead: boolean

  constructor(database: Database) {
    this.#database = database
    database.exec(scanTables)
    this.#ahead = database.pragma('journal_mode', { simple: true }) === 'wal'
    this.#known = database.prepare<[Buffer], KnownFile>('SELECT bytes, mtime_ms, present, ordinal FROM file WHERE path = ?')
    this.#quarantined = database.prepare<[Buffer], { code: string; bytes: number; mtime_ms: number }>(
      'SELECT code, bytes, mtime_ms FROM quarantine WHERE path = ?',
    )
    this.#see = database.prepare('INSERT OR IGNORE INTO temp.seen (path, bytes, mtime_ms, unread) VALUES (?, ?, ?, ?)')
  }

  startScan(): void {
    this.#database.exec('DELETE FROM temp.seen; DELETE FROM temp.hidden')
  }

  /** Notes that these are there; answers how many of them are to be decoded: new, changed or back since they were read. */
  see(found: FileOnDisk[]): number {
    return this.#database.transaction(() => {
      let unread = 0
      for (const file of found) {
        const needed = this.#isUnread(file)
        this.#see.run(file.path, file.bytes, file.mtimeMs, Number(needed))
        if (needed) unread++
      }
      return unread
    })()
  }

  /** Files to be decoded, in the order seen, from behind number `after`. */
  unread(after: number, limit: number): (FileOnDisk & { id: number })[] {
    return this.#database
      .prepare<[number, number], FileOnDisk & { id: number }>(
        'SELECT id, path, bytes, mtime_ms AS mtimeMs FROM temp.seen WHERE unread = 1 AND id > ? ORDER BY id LIMIT ?',
      )
      .all(after, limit)
  }

  /** Files that hold another sample than before, as far as the samples after are recorded. */
  replaced(read: ReadFile[]): Replaced[] {
    return read.flatMap(({ file, decoded }) => {
      const known = this.#known.get(file.path)
      // The path of a file that was deleted may come back with another picture: that one is new.
      const current = known && (known.present === 1 || this.#quarantined.get(file.path))
      if (!current || known.ordinal === decoded.ordinal) return []
      const samePixels = this.#samePixels(known.ordinal, decoded.ordinal)
      return [{ before: known.ordinal, after: decoded.ordinal, samePixels }]
    })
  }

  /** Records new samples without their places: a label can then be carried to them before the place changes hands. */
  addSamples(read: ReadFile[]): void {
    const add = this.#database.prepare(
      `INSERT INTO sample (ordinal, sha256, pixel_hash, perceptual_hash, sharpness, width, height, format, bytes, taken_at, camera, notes,
         thumb_pack, thumb_offset, thumb_bytes, thumb_type) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ordinal) DO NOTHING`,
    )
    this.#recording(() => {
      for (const { ordinal, sha256, sample } of read.map(({ decoded }) => decoded)) {
        if (!sample) continue
        const { pixelHash, perceptualHash, sharpness, width, height, format, bytes, takenAt, camera, notes, thumbnail } = sample
        const hashes = [sha256, pixelHash, perceptualHash].map((hash) => Buffer.from(hash, 'hex'))
        const facts = [width, height, format, bytes, takenAt, camera, JSON.stringify(notes)]
        add.run(ordinal, ...hashes, sharpness, ...facts, thumbnail.pack, thumbnail.offset, thumbnail.bytes, thumbnail.type)
      }
    })
  }

  /** Records what was read, in one transaction. */
  record(read: ReadFile[]): void {
    const put = this.#database.prepare(
      `INSERT INTO file (path, display, bytes, mtime_ms, ordinal) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (path) DO UPDATE SET bytes = excluded.bytes, mtime_ms = excluded.mtime_ms, ordinal = excluded.ordinal, present = 1`,
    )
    const release = this.#database.prepare('DELETE FROM quarantine WHERE path = ?')
    this.#recording(() => {
      this.addSamples(read)
      for (const { file, decoded } of read) {
        put.run(file.path, displayPath(file.path), file.bytes, file.mtimeMs, decoded.ordinal)
        release.run(file.path)
      }
    })
  }

  /** Sets files apart that cannot be read; what they held before counts as gone. */
  quarantine(problems: FileProblemRow[]): void {
    const put = this.#database.prepare(
      'INSERT OR REPLACE INTO quarantine (path, display, code, reason, bytes, mtime_ms) VALUES (?, ?, ?, ?, ?, ?)',
    )
    const gone = this.#database.prepare('UPDATE file SET present = 0 WHERE path = ?')
    this.#recording(() => {
      for (const { path, code, reason, bytes, mtimeMs } of problems) {
        put.run(path, displayPath(path), code, reason, bytes, mtimeMs)
        gone.run(path)
      }
    })
  }

  /** A folder that could not be looked into: it is listed, and what is known of files below it stays as it was. */
  hide(problem: FileProblemRow): void {
    this.quarantine([problem])
    this.#see.run(problem.path, problem.bytes, problem.mtimeMs, 0)
    const hide = this.#database.prepare('INSERT OR IGNORE INTO temp.hidden VALUES (?)')
    hide.run(Buffer.concat([problem.path, Buffer.from('/')]))
  }

  /**
   * After a whole scan: what was not seen is gone. Places that are gone are remembered only where the image has no other place. In
   * slices, each a short transaction; yields numbers of places that went away, then of places that were forgotten, with their images.
   */
  *finishScan(slice = 2000): Generator<{ gone: number[]; forgotten: { id: number; ordinal: number }[] }> {
    const last = this.#database.prepare<[], number>('SELECT coalesce(max(id), 0) FROM file').pluck().get()!
    const inSlice = `id > ? AND id <= ? AND path NOT IN (SELECT path FROM temp.seen) AND NOT ${isHidden}`
    const mark = this.#database
      .prepare<[number, number], number>(`UPDATE file SET present = 0 WHERE present = 1 AND ${inSlice} RETURNING id`)
      .pluck()
    const forget = this.#database.prepare<[number, number], { id: number; ordinal: number }>(
      `DELETE FROM file WHERE present = 0 AND ${inSlice} AND path NOT IN (SELECT path FROM quarantine)
         AND EXISTS (SELECT 1 FROM file other WHERE other.ordinal = file.ordinal AND other.present = 1) RETURNING id, ordinal`,
    )
    for (let from = 0; from < last; from += slice) yield { gone: mark.all(from, from + slice), forgotten: [] }
    for (let from = 0; from < last; from += slice) yield { gone: [], forgotten: forget.all(from, from + slice) }
    this.#database.exec(`DELETE FROM quarantine WHERE path NOT IN (SELECT path FROM temp.seen) AND NOT ${isHidden}`)
  }

  /** One present place of each of these samples that has one. */
  placesOf(ordinals: readonly number[]): (FileOnDisk & { ordinal: number })[] {
    const place = this.#database.prepare<[number], FileOnDisk & { ordinal: number }>(
      'SELECT ordinal, path, bytes, mtime_ms AS mtimeMs FROM file WHERE ordinal = ? AND present = 1 ORDER BY id LIMIT 1',
    )
    return ordinals.flatMap((ordinal) => place.get(ordinal) ?? [])
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

  /**
   * A transaction that is on the disk when the system gets to it: what a power cut takes away is read again at the next scan, and nobody
   * waits for the disk while images come in. Labels wait, see `configure`.
   */
  #recording(work: () => void): void {
    if (this.#database.inTransaction || !this.#ahead) {
      this.#database.transaction(work)()
      return
    }
    this.#database.pragma('synchronous = NORMAL')
    try {
      this.#database.transaction(work)()
    } finally {
      this.#database.pragma('synchronous = FULL')
    }
  }

  #isUnread({ path, bytes, mtimeMs }: FileOnDisk): boolean {
    const apart = this.#quarantined.get(path)
    if (apart) return passing.has(apart.code) || apart.bytes !== bytes || apart.mtime_ms !== mtimeMs
    const known = this.#known.get(path)
    return known?.present !== 1 || known.bytes !== bytes || known.mtime_ms !== mtimeMs
  }

  #samePixels(a: number, b: number): boolean {
    const hash = this.#database.prepare<[number], Buffer>('SELECT pixel_hash FROM sample WHERE ordinal = ?').pluck()
    const [before, after] = [hash.get(a), hash.get(b)]
    return before !== undefined && after !== undefined && before.equals(after)
  }
}
