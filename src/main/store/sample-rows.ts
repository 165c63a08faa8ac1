/** What windows show of samples: places, size, label in force; and where thumbnails and files are. */
import { HandfulError } from '@shared/errors'
import type { Database } from 'better-sqlite3'

export interface ShownSample {
  ordinal: number
  path: string
  files: number
  missing: boolean
  width: number
  height: number
}

export interface SampleFacts {
  format: string
  bytes: number
  sha256: string
  takenAt: number | null
  camera: string | null
  notes: string[]
  places: { path: Buffer; display: string; present: boolean }[]
}

export interface ThumbnailPlace {
  pack: number
  offset: number
  bytes: number
  /** Media type. */
  type: string
}

export class SampleRows {
  readonly #database: Database
  readonly #row
  readonly #thumbnail
  constructor(database: Database) {
    this.#database = database
    this.#row = database.prepare<[number], Omit<ShownSample, 'missing'> & { present: number }>(
      `SELECT s.ordinal, s.width, s.height, coalesce(min(CASE WHEN f.present THEN f.display END), min(f.display), '') AS path,
         count(f.id) AS files, coalesce(max(f.present), 0) AS present
       FROM sample s LEFT JOIN file f ON f.ordinal = s.ordinal WHERE s.ordinal = ? GROUP BY s.ordinal`,
    )
    this.#thumbnail = database.prepare<[number], ThumbnailPlace>(
      'SELECT thumb_pack AS pack, thumb_offset AS "offset", thumb_bytes AS bytes, thumb_type AS type FROM sample WHERE ordinal = ?',
    )
  }

  /** In the order asked; ordinals that do not exist are left out. */
  rows(ordinals: ArrayLike<number>): ShownSample[] {
    return Array.from(ordinals).flatMap((ordinal) => {
      const row = this.#row.get(ordinal)
      if (!row) return []
      const { present, ...shown } = row
      return [{ ...shown, missing: present === 0 }]
    })
  }

  /** @throws HandfulError UNKNOWN_ID */
  facts(ordinal: number): SampleFacts {
    const row = this.#database
      .prepare<
        [number],
        { format: string; bytes: number; sha256: Buffer; taken_at: number | null; camera: string | null; notes: string }
      >('SELECT format, bytes, sha256, taken_at, camera, notes FROM sample WHERE ordinal = ?')
      .get(ordinal)
    if (!row) throw new HandfulError('UNKNOWN_ID', { what: 'image', id: String(ordinal) })
    const places = this.#database
      .prepare<[number], { path: Buffer; display: string; present: number }>(
        'SELECT path, display, present FROM file WHERE ordinal = ? ORDER BY present DESC, display',
      )
      .all(ordinal)
    return {
      format: row.format,
      bytes: row.bytes,
      sha256: row.sha256.toString('hex'),
      takenAt: row.taken_at,
      camera: row.camera,
      notes: JSON.parse(row.notes) as string[],
      places: places.map(({ present, ...place }) => ({ ...place, present: present === 1 })),
    }
  }

  thumbnail(ordinal: number): ThumbnailPlace | null {
    return this.#thumbnail.get(ordinal) ?? null
  }

  counts(): { samples: number; files: number; duplicates: number; missing: number; quarantined: number } {
    const one = (sql: string) => this.#database.prepare<[], number>(sql).pluck().get() ?? 0
    const samples = one('SELECT count(*) FROM sample')
    const present = one('SELECT count(DISTINCT ordinal) FROM file WHERE present = 1')
    const files = one('SELECT count(*) FROM file WHERE present = 1')
    return {
      samples,
      files,
      duplicates: files - present,
      missing: samples - present,
      quarantined: one('SELECT count(*) FROM quarantine'),
    }
  }

  /** Highest ordinal + 1: how many samples there are, in no time. */
  highest(): number {
    return this.#database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
  }

  /** Ordinals whose content has these hashes. */
  ordinalsByHash(hashes: readonly string[]): Map<string, number> {
    const find = this.#database.prepare<[Buffer], number>('SELECT ordinal FROM sample WHERE sha256 = ?').pluck()
    return new Map(
      hashes.flatMap((hash) => {
        const ordinal = find.get(Buffer.from(hash, 'hex'))
        return ordinal === undefined ? [] : [[hash, ordinal] as const]
      }),
    )
  }
}
