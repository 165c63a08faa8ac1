/** The log of acts on labels, classes and clusters: append-only, every act of a person can be undone and done again. */
import type { AnnotationEntry } from '@shared/model'
import type { Database } from 'better-sqlite3'
import { applyChanges, type RowChange } from './changes'
import { type Act, entryOf, type EntryRow } from './log-entry'
import { LogWriter } from './log-writer'
import { Projection, type SetRow } from './projection'
import { decodeSet } from './sample-set'

/** Labels written per transaction, so that none takes more than some 20 ms. */
const slice = 1000
const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

export class Annotations {
  readonly #database: Database
  readonly #projection: Projection
  readonly #log: LogWriter
  readonly #entry
  readonly #setsOf
  /** Acts and projections run one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#projection = new Projection(database)
    this.#log = new LogWriter(database, this.#projection)
    this.#entry = database.prepare<[number], EntryRow>('SELECT * FROM annotation WHERE seq = ?')
    this.#setsOf = database.prepare<[number], SetRow>(
      'SELECT s.*, a.at FROM annotation_set s JOIN annotation a ON a.seq = s.annotation WHERE s.annotation = ? ORDER BY s.id',
    )
  }

  /** Records the act in one transaction, then brings the labels up to date. When it answers, the act is on disk and in force. */
  append(act: Act): Promise<AnnotationEntry> {
    return this.record(() => act)
  }

  /** Like `append` for an act that makes rows of classes or clusters: `make` runs in the same transaction. */
  record(make: () => Act): Promise<AnnotationEntry> {
    return this.#serial(async () => {
      await this.catchUp()
      const seq = this.#database.transaction(() => this.#log.act(make()))()
      await this.catchUp()
      return entryOf(this.#entry.get(seq)!)
    })
  }

  /** Takes back the person's latest act, together with the class that it was the first to give; null when there is none. */
  undo(): Promise<AnnotationEntry | null> {
    return this.#serial(async () => {
      const act = this.#latestAct()
      if (!act) return null
      const entry = await this.#flip(act, act, 'undo')
      const before = this.#latestAct()
      if (before && this.#isFirstUse(before, act)) await this.#flip(before, before, 'undo')
      return entry
    })
  }

  /** Does again what was undone last, unless something new was done since. */
  redo(): Promise<AnnotationEntry | null> {
    return this.#serial(async () => {
      const [undo, next] = this.#undone()
      if (!undo) return null
      const entry = await this.#flip(undo.entry, undo.act, 'redo')
      return next && this.#isFirstUse(undo.act, next.act) ? this.#flip(next.entry, next.act, 'redo') : entry
    })
  }

  /** Titles of what undo and redo would do. */
  undoable(): { undo: string | null; redo: string | null } {
    const [undo, next] = this.#undone()
    const redo = undo && next && this.#isFirstUse(undo.act, next.act) ? next : undo
    return { undo: this.#latestAct()?.title ?? null, redo: redo?.act.title ?? null }
  }

  /** `made` made a class that `act`, the person's next act, gave: naming something anew is one step to the person. */
  #isFirstUse(made: EntryRow, act: EntryRow): boolean {
    const [change, ...others] = JSON.parse(made.changes) as RowChange[]
    if (made.what !== 'class' || act.what !== 'label' || change?.table !== 'class' || change.before || others.length) return false
    return this.#setsOf.all(act.seq).some((set) => set.class === change.id && !set.cleared)
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

  /** Number of the latest entry; labels with a higher `changed` than one remembered have changed since. */
  sequence(): number {
    return this.#database.prepare<[], number | null>('SELECT max(seq) FROM annotation').pluck().get() ?? 0
  }

  of = (ordinals: ArrayLike<number>) => this.#projection.of(ordinals)
  spoken = (ordinal: number, classId: number) => this.#projection.spoken(ordinal, classId)
  countsBySource = () => this.#projection.countsBySource()
  labeled = () => this.#projection.labeled()
  unconfirmed = () => this.#projection.unconfirmed()

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

  #latestAct(): EntryRow | undefined {
    return this.#database
      .prepare<[], EntryRow>(
        "SELECT * FROM annotation WHERE who = 'person' AND undone = 0 AND what NOT IN ('undo', 'redo') ORDER BY seq DESC LIMIT 1",
      )
      .get()
  }

  /** The latest two undos that can be redone, with what they took back. */
  #undone(): { entry: EntryRow; act: EntryRow }[] {
    return this.#database
      .prepare<[], EntryRow>(
        `SELECT * FROM annotation WHERE what = 'undo' AND undone = 0
           AND seq > (SELECT coalesce(max(seq), 0) FROM annotation WHERE who = 'person' AND what NOT IN ('undo', 'redo'))
         ORDER BY seq DESC LIMIT 2`,
      )
      .all()
      .map((entry) => ({ entry, act: this.#entry.get(entry.target!)! }))
  }

  /** `flipped` is taken back by a new entry; `act` is the act whose samples, classes and clusters change. */
  async #flip(flipped: EntryRow, act: EntryRow, what: 'undo' | 'redo'): Promise<AnnotationEntry> {
    const changes = JSON.parse(act.changes) as RowChange[]
    const seq = this.#database.transaction(() => {
      this.#database.prepare('UPDATE annotation SET undone = 1 WHERE seq = ?').run(flipped.seq)
      if (what === 'redo') this.#database.prepare('UPDATE annotation SET undone = 0 WHERE seq = ?').run(act.seq)
      applyChanges(this.#database, changes, what === 'undo' ? 'before' : 'after')
      return this.#log.entry(what, act.title, act.samples, flipped.seq, 'person')
    })()
    await this.catchUp()
    return { ...entryOf(this.#entry.get(seq)!), what: what === 'undo' ? 'undo' : 'label' }
  }

  async #project(entry: EntryRow): Promise<void> {
    if (entry.what === 'undo') return this.#recompute(entry.seq, this.#entry.get(entry.target!)!)
    if (entry.what === 'redo') return this.#recompute(entry.seq, this.#entry.get(this.#entry.get(entry.target!)!.target!)!)
    if (entry.undone) return
    for (const set of this.#setsOf.all(entry.seq)) {
      const ordinals = decodeSet(set.ordinals)
      await this.#inSlices(ordinals.length, (index) =>
        this.#projection.write(ordinals[index]!, set, confidenceAt(set, index), entry.seq),
      )
    }
  }

  /** Finds anew what is in force for every sample and slot that `act` spoke of. */
  async #recompute(seq: number, act: EntryRow): Promise<void> {
    const open = new Map<number, Set<number>>()
    for (const set of this.#setsOf.all(act.seq)) {
      const slot = this.#projection.slotOf(set)
      const mine = open.get(slot) ?? new Set()
      for (const ordinal of decodeSet(set.ordinals)) mine.add(ordinal)
      open.set(slot, mine)
    }
    const earlier = this.#database
      .prepare<[], SetRow>(
        `SELECT s.*, a.at FROM annotation_set s JOIN annotation a ON a.seq = s.annotation WHERE a.undone = 0 ORDER BY s.annotation DESC, s.id DESC`,
      )
      .all()
    for (const set of earlier) {
      const mine = open.get(this.#projection.slotOf(set))
      if (!mine?.size) continue
      const ordinals = decodeSet(set.ordinals)
      await this.#inSlices(ordinals.length, (index) => {
        if (mine.delete(ordinals[index]!)) this.#projection.write(ordinals[index]!, set, confidenceAt(set, index), seq)
      })
    }
    for (const [slot, ordinals] of open) {
      const rest = [...ordinals]
      await this.#inSlices(rest.length, (index) => this.#projection.drop(rest[index]!, slot, seq))
    }
  }

  async #inSlices(count: number, write: (index: number) => void): Promise<void> {
    for (let from = 0; from < count; from += slice) {
      this.#database.transaction(() => {
        for (let index = from; index < Math.min(count, from + slice); index++) write(index)
      })()
      if (from + slice < count) await breath()
    }
  }
}

function confidenceAt({ confidences }: SetRow, index: number): number | null {
  return confidences ? confidences.readFloatLE(index * 4) : null
}
