/** Read-only sight of the projection of the annotation log: which labels are in force and who gave them. */
import type { Source } from '@shared/model'
import type Database from 'better-sqlite3'
import type { Classes } from './classes'

export interface LabelRow {
  ordinal: number
  /** UUID; null: unknown, or every label cleared. With `cleared`: the class it is said not to be (multi-label projects). */
  classId: string | null
  /** This label is not in force (any more). */
  cleared: boolean
  source: Source
  confirmed: boolean
  /** Asked because it was drawn uniformly. */
  drawn: boolean
  confidence: number | null
  /** Unix ms; 0: taken back, nobody says anything. */
  at: number
  /** Log entry that last touched it. */
  changed: number
}

/** A label in force, as exports read it. */
export type LabelInForce = Pick<LabelRow, 'ordinal' | 'classId' | 'source' | 'confirmed' | 'confidence' | 'at'>

export class Labels {
  readonly #database: Database.Database
  readonly #classes: Classes

  constructor(database: Database.Database, classes: Classes) {
    this.#database = database
    this.#classes = classes
  }

  /** Rows of labels touched after this entry of the log, cleared ones included; in multi-label projects one per sample and class. */
  since(entry = 0): LabelRow[] {
    const uuids = this.#classes.uuids()
    return this.#database
      .prepare<
        [number],
        Omit<LabelRow, 'classId' | 'cleared' | 'confirmed' | 'drawn'> & {
          class: number | null
          cleared: number
          confirmed: number
          drawn: number
        }
      >(
        'SELECT ordinal, class, cleared, source, confirmed, drawn, confidence, at, changed FROM label WHERE changed > ? ORDER BY ordinal, slot',
      )
      .all(entry)
      .map(({ class: id, cleared, confirmed, drawn, ...row }) => ({
        ...row,
        classId: id === null ? null : uuids.get(id)!,
        cleared: cleared === 1,
        confirmed: confirmed === 1,
        drawn: drawn === 1,
      }))
  }

  /** Number of the latest entry of the annotation log. */
  sequence(): number {
    return this.#database.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM annotation').pluck().get()!
  }

  /** At least as many as `inForce` gives. */
  count(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM label WHERE cleared = 0').pluck().get()!
  }

  /** By ordinal; streamed. In multi-label projects a sample may have several. */
  *inForce(): Generator<LabelInForce> {
    const uuids = this.#classes.uuids()
    const rows = this.#database
      .prepare<[], Omit<LabelInForce, 'classId' | 'confirmed'> & { class: number | null; confirmed: number }>(
        'SELECT ordinal, class, source, confirmed, confidence, at FROM label WHERE cleared = 0 ORDER BY ordinal',
      )
      .iterate()
    for (const { class: id, confirmed, ...row } of rows) {
      yield { ...row, classId: id === null ? null : uuids.get(id)!, confirmed: confirmed === 1 }
    }
  }

  /** Of multi-label projects: pairs of which somebody says that it is not so; streamed. */
  *struckOut(): Generator<{ ordinal: number; classId: string }> {
    const uuids = this.#classes.uuids()
    const rows = this.#database
      .prepare<[], { ordinal: number; class: number }>(
        'SELECT ordinal, class FROM label WHERE cleared = 1 AND at > 0 AND slot > 0 ORDER BY ordinal',
      )
      .iterate()
    for (const { ordinal, class: id } of rows) yield { ordinal, classId: uuids.get(id)! }
  }

  /** Labels that a person looked at again and kept; streamed. */
  *confirmed(): Generator<{ ordinal: number; classId: string | null }> {
    const uuids = this.#classes.uuids()
    const rows = this.#database
      .prepare<[], { ordinal: number; class: number | null }>(
        "SELECT ordinal, l.class AS class FROM annotation a JOIN label l ON l.changed = a.seq WHERE a.what = 'confirm' AND l.cleared = 0",
      )
      .iterate()
    for (const { ordinal, class: id } of rows) yield { ordinal, classId: id === null ? null : uuids.get(id)! }
  }
}
