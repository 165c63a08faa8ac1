/** The log of acts on labels, classes and clusters: append-only, every act of a person can be undone and done again. */
import { HandfulError } from '@shared/errors'
import { type AnnotationEntry } from '@shared/model'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { applyChanges, type RowChange } from './changes'
import { type Act, entryOf, type EntryRow, type LabelSet, type MemberSet } from './log-entry'
import { expandSlots } from './multi-label'
import { Projection, type SetRow } from './projection'
import { decodeSet, encodeSet } from './sample-set'

/** Labels written per transaction, so that none takes more than some 20 ms. */
const slice = 1000
const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

export class Annotations {
  readonly #database: Database
  readonly #projection: Projection
  readonly #entry
  readonly #setsOf
  /** Acts and projections run one after the other. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(database: Database) {
    this.#database = database
    this.#projection = new Projection(database)
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
      const seq = this.#database.transaction(() => this.#insertAct(make()))()
      await this.catchUp()
      return entryOf(this.#entry.get(seq)!)
    })
  }

  /** An entry about an image that does not exist could never be projected, nor any entry after it. @throws HandfulError UNKNOWN_ID */
  #checkOrdinals({ sets }: Act): void {
    const count = this.#database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
    for (const { ordinals } of sets) {
      for (const ordinal of Array.from(ordinals)) {
        if (!(ordinal >= 0 && ordinal < count)) throw new HandfulError('UNKNOWN_ID', { what: 'image', id: String(ordinal) })
      }
    }
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

  #insertAct(act: Act): number {
    this.#checkOrdinals(act)
    const { what, title, sets, changes = [] } = act
    const samples = sets.reduce((sum, set) => sum + set.ordinals.length, 0)
    const seq = this.#insert(what, title, samples, null, what === 'carry' ? 'handful' : 'person', changes)
    applyChanges(this.#database, changes, 'after')
    for (const set of this.#projection.multi ? expandSlots(sets, this.#projection) : sets) this.#insertSet(seq, set)
    return seq
  }

  #insert(
    what: string,
    title: string,
    samples: number,
    target: number | null,
    who: 'person' | 'handful',
    changes: RowChange[] = [],
  ): number {
    const { lastInsertRowid } = this.#database
      .prepare('INSERT INTO annotation (uuid, at, who, what, title, samples, target, changes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(uuidv7(), Date.now(), who, what, title, samples, target, JSON.stringify(changes))
    return Number(lastInsertRowid)
  }

  #insertSet(annotation: number, set: LabelSet | MemberSet): void {
    if (set.ordinals.length === 0) return
    const { classId, cleared = false, source, confirmed = true, drawn = false, confidences } = 'cluster' in set ? membership : set
    const { ordinals } = set
    const { sorted, inOrder } = ascending(ordinals, confidences)
    this.#database
      .prepare(
        `INSERT INTO annotation_set
           (annotation, class, cleared, source, confirmed, drawn, cluster, first, last, ordinals, confidences)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        annotation,
        classId,
        Number(cleared),
        source,
        Number(confirmed),
        Number(drawn),
        'cluster' in set ? set.cluster : null,
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
      return this.#insert(what, act.title, act.samples, flipped.seq, 'person')
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

/** What the label columns of a membership hold. */
const membership: Omit<LabelSet, 'ordinals'> = { classId: null, source: 'human' }

/** Most sets are: sorting would take long in the transaction that records them. */
function ascending(ordinals: ArrayLike<number>, confidences: ArrayLike<number> | undefined) {
  let is = true
  for (let at = 1; at < ordinals.length && is; at++) is = ordinals[at - 1]! <= ordinals[at]!
  if (is) return { sorted: Uint32Array.from(ordinals), inOrder: confidences && Float32Array.from(confidences) }
  const order = Uint32Array.from({ length: ordinals.length }, (_, index) => index).sort((a, b) => ordinals[a]! - ordinals[b]!)
  return {
    sorted: order.map((index) => ordinals[index]!),
    inOrder: confidences && Float32Array.from(order, (index) => confidences[index]!),
  }
}

function confidenceAt({ confidences }: SetRow, index: number): number | null {
  return confidences ? confidences.readFloatLE(index * 4) : null
}
