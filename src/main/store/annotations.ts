/** The log of acts on labels, and its projection: the label in force for every sample. */
import { HandfulError } from '@shared/errors'
import { type AnnotationEntry, type Source } from '@shared/model'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { decodeSet, encodeSet } from './sample-set'

/** What an act says of some samples. `classId` is the internal number; null with `cleared` false is "unknown". */
export interface LabelSet {
  classId: number | null
  cleared?: boolean
  source: Source
  confirmed?: boolean
  /** Asked because they were drawn uniformly. */
  drawn?: boolean
  ordinals: ArrayLike<number>
  /** One for each of `ordinals`, for accepted pseudo-labels. */
  confidences?: ArrayLike<number>
}

export interface Act {
  what: 'label' | 'clear' | 'accept' | 'import' | 'confirm' | 'carry'
  title: string
  sets: LabelSet[]
}

interface EntryRow {
  seq: number
  uuid: string
  at: number
  what: string
  title: string
  samples: number
  target: number | null
  undone: number
}

interface SetRow {
  annotation: number
  class: number | null
  cleared: number
  source: Source
  confirmed: number
  drawn: number
  ordinals: Buffer
  confidences: Buffer | null
  at: number
}

/** `classId` is the internal number; null: unknown. */
export interface LabelInForce {
  classId: number | null
  source: Source
  confirmed: boolean
  drawn: boolean
}

const shown: Record<string, AnnotationEntry['what']> = { carry: 'label', redo: 'label' }
const entryOf = (row: EntryRow): AnnotationEntry => ({
  id: row.uuid,
  at: row.at,
  what: shown[row.what] ?? (row.what as AnnotationEntry['what']),
  title: row.title,
  samples: row.samples,
  undone: row.undone === 1,
})

/** Labels written per transaction, so that none takes more than some 20 ms. */
const slice = 2000
const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

export class Annotations {
  readonly #database: Database
  readonly #entry
  readonly #setsOf
  readonly #putLabel
  readonly #readLabel
  readonly #dropLabel
  /** Projections run one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#entry = database.prepare<[number], EntryRow>('SELECT * FROM annotation WHERE seq = ?')
    this.#setsOf = database.prepare<[number], SetRow>(
      'SELECT s.*, a.at FROM annotation_set s JOIN annotation a ON a.seq = s.annotation WHERE s.annotation = ? ORDER BY s.id',
    )
    this.#putLabel = database.prepare(
      `INSERT INTO label (ordinal, class, cleared, source, confirmed, drawn, confidence, at, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (ordinal) DO UPDATE SET class = excluded.class, cleared = excluded.cleared, source = excluded.source,
         confirmed = excluded.confirmed, drawn = excluded.drawn, confidence = excluded.confidence, at = excluded.at, changed = excluded.changed`,
    )
    this.#readLabel = database.prepare<
      [number],
      { class: number | null; cleared: number; source: Source; confirmed: number; drawn: number }
    >('SELECT class, cleared, source, confirmed, drawn FROM label WHERE ordinal = ?')
    this.#dropLabel = database.prepare(
      `UPDATE label SET class = NULL, cleared = 1, confirmed = 1, drawn = 0, confidence = NULL, changed = ? WHERE ordinal = ?`,
    )
  }

  /** Records the act in one transaction, then brings the labels up to date. When it answers, the act is on disk and in force. */
  async append(act: Act): Promise<AnnotationEntry> {
    this.#checkOrdinals(act)
    const samples = act.sets.reduce((sum, set) => sum + set.ordinals.length, 0)
    const seq = this.#database.transaction(() => {
      const entry = this.#insert(act.what, act.title, samples, null, act.what === 'carry' ? 'handful' : 'person')
      for (const set of act.sets) this.#insertSet(entry, set)
      return entry
    })()
    await this.#serial(() => this.catchUp())
    return entryOf(this.#entry.get(seq)!)
  }

  /** An entry about an image that does not exist could never be projected, nor any entry after it. @throws HandfulError UNKNOWN_ID */
  #checkOrdinals({ sets }: Act): void {
    const count = this.#database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
    for (const { ordinals } of sets) {
      for (let index = 0; index < ordinals.length; index++) {
        const ordinal = ordinals[index]!
        if (!(ordinal >= 0 && ordinal < count)) throw new HandfulError('UNKNOWN_ID', { what: 'image', id: String(ordinal) })
      }
    }
  }

  /** Takes back the person's latest act; null when there is none. */
  async undo(): Promise<AnnotationEntry | null> {
    const act = this.#latestAct()
    return act ? this.#flip(act, act, 'undo') : null
  }

  /** Does again what was undone last, unless something new was done since. */
  async redo(): Promise<AnnotationEntry | null> {
    const undo = this.#latestUndo()
    return undo ? this.#flip(undo, this.#entry.get(undo.target!)!, 'redo') : null
  }

  /** Titles of what undo and redo would do. */
  undoable(): { undo: string | null; redo: string | null } {
    const undo = this.#latestUndo()
    return { undo: this.#latestAct()?.title ?? null, redo: undo ? this.#entry.get(undo.target!)!.title : null }
  }

  log(offset: number, limit: number): { total: number; rows: AnnotationEntry[] } {
    const total = this.#database.prepare<[], number>('SELECT count(*) FROM annotation').pluck().get()!
    const rows = this.#database
      .prepare<[number, number], EntryRow>('SELECT * FROM annotation ORDER BY seq DESC LIMIT ? OFFSET ?')
      .all(limit, offset)
    return { total, rows: rows.map(entryOf) }
  }

  /** Entries about one sample, latest first. */
  historyOf(ordinal: number, limit = 50): AnnotationEntry[] {
    const sets = this.#database
      .prepare<[number, number], { annotation: number; ordinals: Buffer }>(
        'SELECT annotation, ordinals FROM annotation_set WHERE first <= ? AND last >= ? ORDER BY annotation DESC',
      )
      .iterate(ordinal, ordinal)
    const entries: AnnotationEntry[] = []
    for (const { annotation, ordinals } of sets) {
      if (decodeSet(ordinals).includes(ordinal)) entries.push(entryOf(this.#entry.get(annotation)!))
      if (entries.length === limit) break
    }
    return entries
  }

  /** The labels in force of some samples (`cleared` ones are not in force). */
  of(ordinals: ArrayLike<number>): Map<number, LabelInForce> {
    const found = new Map<number, LabelInForce>()
    for (const ordinal of Array.from(ordinals)) {
      const row = this.#readLabel.get(ordinal)
      if (row && !row.cleared)
        found.set(ordinal, {
          classId: row.class,
          source: row.source,
          confirmed: row.confirmed === 1,
          drawn: row.drawn === 1,
        })
    }
    return found
  }

  /** Number of the latest entry; labels with a higher `changed` than one remembered have changed since. */
  sequence(): number {
    return this.#database.prepare<[], number | null>('SELECT max(seq) FROM annotation').pluck().get() ?? 0
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

  unconfirmed(): number {
    return this.#database.prepare<[], number>('SELECT count(*) FROM label WHERE cleared = 0 AND confirmed = 0').pluck().get()!
  }

  /** Projects entries that a killed process had written but not yet projected. Safe to repeat. */
  async catchUp(): Promise<void> {
    for (let seq = this.#projected() + 1; seq <= this.sequence(); seq++) {
      const entry = this.#entry.get(seq)
      if (entry) await this.#project(entry)
      this.#database
        .prepare("INSERT INTO meta VALUES ('projected', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .run(seq)
    }
  }

  #projected(): number {
    return this.#database.prepare<[], number>("SELECT value FROM meta WHERE name = 'projected'").pluck().get() ?? 0
  }

  #serial<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }

  #insert(what: string, title: string, samples: number, target: number | null, who: 'person' | 'handful'): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO annotation (uuid, at, who, what, title, samples, target) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(uuidv7(), Date.now(), who, what, title, samples, target)
    return Number(lastInsertRowid)
  }

  #insertSet(annotation: number, set: LabelSet): void {
    const { classId, cleared = false, source, confirmed = true, drawn = false, ordinals, confidences } = set
    if (ordinals.length === 0) return
    const order = Uint32Array.from({ length: ordinals.length }, (_, index) => index).sort((a, b) => ordinals[a]! - ordinals[b]!)
    const sorted = order.map((index) => ordinals[index]!)
    const inOrder = confidences && Float32Array.from(order, (index) => confidences[index]!)
    this.#database
      .prepare(
        `INSERT INTO annotation_set (annotation, class, cleared, source, confirmed, drawn, first, last, ordinals, confidences)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        annotation,
        classId,
        Number(cleared),
        source,
        Number(confirmed),
        Number(drawn),
        sorted[0],
        sorted.at(-1),
        encodeSet(sorted),
        inOrder ? Buffer.from(inOrder.buffer) : null,
      )
  }

  #latestAct(): EntryRow | undefined {
    return this.#database
      .prepare<[], EntryRow>(
        "SELECT * FROM annotation WHERE who = 'person' AND undone = 0 AND what NOT IN ('undo', 'redo') ORDER BY seq DESC LIMIT 1",
      )
      .get()
  }

  #latestUndo(): EntryRow | undefined {
    return this.#database
      .prepare<[], EntryRow>(
        `SELECT * FROM annotation WHERE what = 'undo' AND undone = 0
           AND seq > (SELECT coalesce(max(seq), 0) FROM annotation WHERE who = 'person' AND what NOT IN ('undo', 'redo'))
         ORDER BY seq DESC LIMIT 1`,
      )
      .get()
  }

  /** `flipped` is taken back by a new entry; `act` is the labeling act whose samples change. */
  async #flip(flipped: EntryRow, act: EntryRow, what: 'undo' | 'redo'): Promise<AnnotationEntry> {
    const seq = this.#database.transaction(() => {
      this.#database.prepare('UPDATE annotation SET undone = 1 WHERE seq = ?').run(flipped.seq)
      if (what === 'redo') this.#database.prepare('UPDATE annotation SET undone = 0 WHERE seq = ?').run(act.seq)
      return this.#insert(what, act.title, act.samples, flipped.seq, 'person')
    })()
    await this.#serial(() => this.catchUp())
    return { ...entryOf(this.#entry.get(seq)!), what: what === 'undo' ? 'undo' : 'label' }
  }

  async #project(entry: EntryRow): Promise<void> {
    if (entry.what === 'undo') return this.#recompute(entry.seq, this.#entry.get(entry.target!)!)
    if (entry.what === 'redo') return this.#recompute(entry.seq, this.#entry.get(this.#entry.get(entry.target!)!.target!)!)
    if (entry.undone) return
    for (const set of this.#setsOf.all(entry.seq)) {
      const ordinals = decodeSet(set.ordinals)
      await this.#inSlices(ordinals.length, (index) => this.#write(ordinals[index]!, set, confidenceAt(set, index), entry.seq))
    }
  }

  /** Finds anew the label in force of every sample that `act` spoke of. */
  async #recompute(seq: number, act: EntryRow): Promise<void> {
    const open = new Set(this.#setsOf.all(act.seq).flatMap((set) => [...decodeSet(set.ordinals)]))
    const earlier = this.#database
      .prepare<[], SetRow>(
        `SELECT s.*, a.at FROM annotation_set s JOIN annotation a ON a.seq = s.annotation WHERE a.undone = 0 ORDER BY s.annotation DESC, s.id DESC`,
      )
      .all()
    for (const set of earlier) {
      if (open.size === 0) break
      const ordinals = decodeSet(set.ordinals)
      await this.#inSlices(ordinals.length, (index) => {
        if (open.delete(ordinals[index]!)) this.#write(ordinals[index]!, set, confidenceAt(set, index), seq)
      })
    }
    const rest = [...open]
    await this.#inSlices(rest.length, (index) => this.#dropLabel.run(seq, rest[index]!))
  }

  async #inSlices(count: number, write: (index: number) => void): Promise<void> {
    for (let from = 0; from < count; from += slice) {
      this.#database.transaction(() => {
        for (let index = from; index < Math.min(count, from + slice); index++) write(index)
      })()
      if (from + slice < count) await breath()
    }
  }

  #write(ordinal: number, set: SetRow, confidence: number | null, seq: number): void {
    this.#putLabel.run(ordinal, set.class, set.cleared, set.source, set.confirmed, set.drawn, confidence, set.at, seq)
  }
}

function confidenceAt({ confidences }: SetRow, index: number): number | null {
  return confidences ? confidences.readFloatLE(index * 4) : null
}
