/** Writes entries of the annotation log, inside the caller's transaction. */
import { HandfulError } from '@shared/errors'
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import { applyChanges, type RowChange } from './changes'
import type { Act, LabelSet, MemberSet } from './log-entry'
import { expandSlots } from './multi-label'
import type { Projection } from './projection'
import { encodeSet } from './sample-set'

export class LogWriter {
  readonly #database: Database
  readonly #projection: Projection

  constructor(database: Database, projection: Projection) {
    this.#database = database
    this.#projection = projection
  }

  /** @returns the number of its entry @throws HandfulError UNKNOWN_ID */
  act(act: Act): number {
    this.#checkOrdinals(act)
    const { what, title, sets, changes = [] } = act
    const samples = sets.reduce((sum, set) => sum + set.ordinals.length, 0)
    const seq = this.entry(what, title, samples, null, what === 'carry' ? 'handful' : 'person', changes)
    applyChanges(this.#database, changes, 'after')
    for (const set of this.#projection.multi ? expandSlots(sets, this.#projection) : sets) this.#insertSet(seq, set)
    return seq
  }

  /** One that speaks of no samples itself. */
  entry(
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

  /** An entry about an image that does not exist could never be projected, nor any entry after it. @throws HandfulError UNKNOWN_ID */
  #checkOrdinals({ sets }: Act): void {
    const count = this.#database.prepare<[], number>('SELECT coalesce(max(ordinal) + 1, 0) FROM sample').pluck().get()!
    for (const { ordinals } of sets) {
      for (const ordinal of Array.from(ordinals)) {
        if (!(ordinal >= 0 && ordinal < count)) throw new HandfulError('UNKNOWN_ID', { what: 'image', id: String(ordinal) })
      }
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
