/** What the annotation log amounts to: labels in force, and which samples are members of clusters that a person made. */
import type { Source } from '@shared/model'
import type { Database } from 'better-sqlite3'

export interface LabelInForce {
  /** Internal number; null: unknown. */
  classId: number | null
  source: Source
  confirmed: boolean
  drawn: boolean
}

/** A set of the log as stored, with the time of its entry. */
export interface SetRow {
  annotation: number
  class: number | null
  cleared: number
  source: Source
  confirmed: number
  drawn: number
  cluster: number | null
  ordinals: Buffer
  confidences: Buffer | null
  at: number
}

/** The slot of memberships; classes have theirs from 1 on. */
export const memberSlot = -1
/** The slot of "unknown", and of every label in a single-label project. */
export const plainSlot = 0

interface Row {
  slot: number
  class: number | null
  cleared: number
  source: Source
  confirmed: number
  drawn: number
  at: number
}

export class Projection {
  readonly #database: Database
  readonly #put
  readonly #drop
  readonly #read
  readonly #putMember
  readonly #dropMember
  #multi: boolean | null = null

  constructor(database: Database) {
    this.#database = database
    this.#put = database.prepare(
      `INSERT INTO label (ordinal, slot, class, cleared, source, confirmed, drawn, confidence, at, changed)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ordinal, slot) DO UPDATE SET class = excluded.class, cleared = excluded.cleared, source = excluded.source,
         confirmed = excluded.confirmed, drawn = excluded.drawn, confidence = excluded.confidence, at = excluded.at, changed = excluded.changed`,
    )
    this.#drop = database.prepare(
      `UPDATE label SET class = nullif(slot, 0), cleared = 1, confirmed = 1, drawn = 0, confidence = NULL, at = 0, changed = ?
       WHERE ordinal = ? AND slot = ?`,
    )
    this.#read = database.prepare<[number], Row>(
      'SELECT slot, class, cleared, source, confirmed, drawn, at FROM label WHERE ordinal = ? ORDER BY slot',
    )
    this.#putMember = database.prepare(
      'INSERT INTO member (ordinal, cluster) VALUES (?, ?) ON CONFLICT (ordinal) DO UPDATE SET cluster = excluded.cluster',
    )
    this.#dropMember = database.prepare('DELETE FROM member WHERE ordinal = ?')
  }

  /** A sample may have several labels; a choice made with the project. */
  get multi(): boolean {
    this.#multi ??= this.#database.prepare("SELECT value FROM meta WHERE name = 'labeling'").pluck().get() === 'multi'
    return this.#multi
  }

  /** Which row of a sample a set speaks of: the latest entry that speaks of it is in force. */
  slotOf({ cluster, class: classId }: Pick<SetRow, 'cluster' | 'class'>): number {
    if (cluster !== null) return memberSlot
    return this.multi ? (classId ?? plainSlot) : plainSlot
  }

  write(ordinal: number, set: SetRow, confidence: number | null, seq: number): void {
    if (set.cluster !== null) this.#putMember.run(ordinal, set.cluster)
    else
      this.#put.run(
        ordinal,
        this.slotOf(set),
        set.class,
        set.cleared,
        set.source,
        set.confirmed,
        set.drawn,
        confidence,
        set.at,
        seq,
      )
  }

  /** Nobody says anything of it any more. */
  drop(ordinal: number, slot: number, seq: number): void {
    if (slot === memberSlot) this.#dropMember.run(ordinal)
    else this.#drop.run(seq, ordinal, slot)
  }

  /** The labels in force of some samples; those without are left out. */
  of(ordinals: ArrayLike<number>): Map<number, LabelInForce[]> {
    const found = new Map<number, LabelInForce[]>()
    for (const ordinal of Array.from(ordinals)) {
      const rows = this.#read.all(ordinal).filter(({ cleared }) => !cleared)
      if (rows.length === 0) continue
      found.set(
        ordinal,
        rows.map((row) => ({ classId: row.class, source: row.source, confirmed: row.confirmed === 1, drawn: row.drawn === 1 })),
      )
    }
    return found
  }

  /** Whether a person or a file has said of the sample that it is, or is not, of the class. */
  spoken(ordinal: number, classId: number): boolean {
    return this.#read.all(ordinal).some((row) => row.slot === classId && row.at > 0)
  }

  countsBySource(): Record<Source, number> {
    const counts = { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 }
    const rows = this.#database
      .prepare<[], { source: Source; count: number }>(
        'SELECT source, count(*) AS count FROM label WHERE cleared = 0 GROUP BY source',
      )
      .all()
    for (const { source, count } of rows) counts[source] = count
    return counts
  }

  /** Samples with a label in force. */
  labeled(): number {
    return this.#one('SELECT count(DISTINCT ordinal) FROM label WHERE cleared = 0')
  }

  /** Samples with a label that waits for confirmation. */
  unconfirmed(): number {
    return this.#one('SELECT count(DISTINCT ordinal) FROM label WHERE cleared = 0 AND confirmed = 0')
  }

  #one(sql: string): number {
    return this.#database.prepare<[], number>(sql).pluck().get()!
  }
}
