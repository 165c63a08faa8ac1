/** Clusters that a person made: a tree of rows; which samples are theirs stands in the annotation log. */
import type { Database } from 'better-sqlite3'
import { v7 as uuidv7 } from 'uuid'
import type { RowChange } from './changes'
import type { Act, MemberSet } from './log-entry'

export interface MadeCluster {
  id: number
  name: string | null
  /** Shown in place of its parts while not removed; once removed its parts are shown. */
  parent: number | null
  /** Samples from this ordinal on came after it was made. */
  horizon: number
  removed: boolean
}

/** A cluster as windows know it: from 0 on the clustering's own, below −1 one that a person made. */
export interface ClusterAtHand {
  id: number
  /** What it is called in the log. */
  title: string
  ordinals: Uint32Array
}

const noCluster = -1
const automatic = 0

/** Windows' number of a cluster that a person made, and back. */
export const shownId = (id: number) => -1 - id

export class MadeClusters {
  readonly #database: Database
  constructor(database: Database) {
    this.#database = database
  }

  rows(): MadeCluster[] {
    return this.#database
      .prepare<[], Omit<MadeCluster, 'removed'> & { removed: number }>('SELECT id, name, parent, horizon, removed FROM cluster')
      .all()
      .map((row) => ({ ...row, removed: row.removed === 1 }))
  }

  /** Samples that a person put somewhere: −1 in no cluster. */
  members(): { ordinal: number; cluster: number }[] {
    return this.#database
      .prepare<[], { ordinal: number; cluster: number }>('SELECT ordinal, cluster FROM member WHERE cluster <> 0')
      .all()
  }

  /** Call inside `Annotations.record`, like all that follow. Parts of one split cluster, all together, become it again. */
  merge(clusters: ClusterAtHand[]): Act {
    const title = `${clusters.map((cluster) => cluster.title).join(', ')} merged`
    const whole = this.#wholeOf(clusters)
    if (whole) return { what: 'cluster', title, sets: [], changes: [this.#changed(whole, { removed: 0 })] }
    const made = this.#make(null)
    const changes = [made.change]
    const sets: MemberSet[] = []
    for (const { id, ordinals } of clusters) {
      if (id < noCluster) changes.push(this.#changed(this.#row(shownId(id)), { parent: made.id }))
      else {
        const part = this.#make(made.id)
        changes.push(part.change)
        sets.push({ cluster: part.id, ordinals })
      }
    }
    return { what: 'cluster', title, sets, changes }
  }

  /** A merged cluster into what it was merged from, any other into `pieces`. */
  split(cluster: ClusterAtHand, pieces: Uint32Array[]): Act {
    const title = `${cluster.title} split`
    if (cluster.id < noCluster) {
      const row = this.#row(shownId(cluster.id))
      const gone = this.#changed(row, { removed: 1 })
      if (this.#partsOf(row.id).length > 0) return { what: 'cluster', title, sets: [], changes: [gone] }
      return { what: 'cluster', title, ...this.#pieces(row.id, pieces, [gone]) }
    }
    const { id, change } = this.#make(null)
    const whole = { ...change, after: { ...change.after, removed: 1 } }
    return { what: 'cluster', title, ...this.#pieces(id, pieces, [whole]) }
  }

  /** Its images are in no cluster afterwards, or where the clustering put them when a person had made it. */
  dissolve({ id, title, ordinals }: ClusterAtHand): Act {
    const gone = id < noCluster ? this.#withParts(this.#row(shownId(id))) : []
    return {
      what: 'cluster',
      title: `${title} dissolved`,
      sets: [{ cluster: id < noCluster ? automatic : noCluster, ordinals }],
      changes: gone.map((row) => this.#changed(row, { removed: 1 })),
    }
  }

  takeOut(ordinals: ArrayLike<number>): Act {
    const title = `${ordinals.length.toLocaleString('en')} images taken out of their cluster`
    return { what: 'cluster', title, sets: [{ cluster: noCluster, ordinals }] }
  }

  add(cluster: ClusterAtHand, ordinals: number[]): Act {
    const title = `${ordinals.length.toLocaleString('en')} images added to ${cluster.title}`
    const { id, changes, sets } = this.#kept(cluster)
    const part = this.#partsOf(id).length > 0 ? this.#make(id) : null
    return {
      what: 'cluster',
      title,
      sets: [...sets, { cluster: part?.id ?? id, ordinals }],
      changes: part ? [...changes, part.change] : changes,
    }
  }

  /** Its members stay together from now on, whatever the clustering says. */
  keep(cluster: ClusterAtHand): { act: Act; id: number } {
    const { id, changes, sets } = this.#kept(cluster)
    return { id, act: { what: 'cluster', title: `${cluster.title} kept`, sets, changes } }
  }

  rename(cluster: ClusterAtHand, name: string | null): Act {
    const title = name === null ? `${cluster.title} without a name of its own` : `${cluster.title} named ${name}`
    const { id, changes, sets } = this.#kept(cluster)
    const [made] = changes
    const named = made ? { ...made, after: { ...made.after, name } } : this.#changed(this.#row(id), { name })
    return { what: 'cluster', title, sets, changes: [named] }
  }

  /** The clustering's own become one that a person made, so that they stay as they are. */
  #kept({ id, ordinals }: ClusterAtHand): { id: number; changes: RowChange[]; sets: MemberSet[] } {
    if (id < noCluster) return { id: shownId(id), changes: [], sets: [] }
    const made = this.#make(null)
    return { id: made.id, changes: [made.change], sets: [{ cluster: made.id, ordinals }] }
  }

  #pieces(parent: number, pieces: Uint32Array[], before: RowChange[]): { sets: MemberSet[]; changes: RowChange[] } {
    const made = pieces.map((ordinals) => ({ ...this.#make(parent), ordinals }))
    return {
      sets: made.map(({ id, ordinals }) => ({ cluster: id, ordinals })),
      changes: [...before, ...made.map(({ change }) => change)],
    }
  }

  #wholeOf(clusters: ClusterAtHand[]): MadeCluster | null {
    if (clusters.some(({ id }) => id >= noCluster)) return null
    const parents = new Set(clusters.map(({ id }) => this.#row(shownId(id)).parent))
    const [parent] = parents
    if (parents.size !== 1 || parent === null || parent === undefined) return null
    const whole = this.#row(parent)
    return whole.removed && this.#partsOf(parent).length === clusters.length ? whole : null
  }

  #make(parent: number | null): { id: number; change: RowChange } {
    const { lastInsertRowid } = this.#database
      .prepare(
        'INSERT INTO cluster (uuid, name, parent, horizon) VALUES (?, NULL, ?, (SELECT coalesce(max(ordinal) + 1, 0) FROM sample))',
      )
      .run(uuidv7(), parent)
    const id = Number(lastInsertRowid)
    return { id, change: { table: 'cluster', id, before: null, after: { name: null, parent, removed: 0 } } }
  }

  #changed({ id, name, parent, removed }: MadeCluster, after: RowChange['after']): RowChange {
    return { table: 'cluster', id, before: { name, parent, removed: Number(removed) }, after }
  }

  #row(id: number): MadeCluster {
    return this.rows().find((row) => row.id === id)!
  }

  #partsOf(id: number): MadeCluster[] {
    return this.rows().filter(({ parent, removed }) => parent === id && !removed)
  }

  #withParts(row: MadeCluster): MadeCluster[] {
    return [row, ...this.#partsOf(row.id).flatMap((part) => this.#withParts(part))]
  }
}
