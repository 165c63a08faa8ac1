/** Clusters that a person made, laid over the clustering's own: they stay when the clustering is made anew. */
import type { Reader } from '../../store/reader'

export interface Membership {
  /** By ordinal: 0 where the clustering put it, −1 in none, below −1 the cluster as windows know it. */
  of: Int32Array
  /** `path`: the clusters it was split from, the first one first. */
  clusters: Map<number, { horizon: number; parts: number; parent: number | null; path: number[] }>
}

export const noMembership: Membership = { of: new Int32Array(0), clusters: new Map() }

export function readMembership(reader: Reader): Membership {
  const rows = new Map(reader.madeClusters.rows().map((row) => [row.id, row]))
  const live = (id: number | null) => id !== null && rows.get(id)?.removed === false
  const top = (id: number): number => {
    const parent = rows.get(id)?.parent ?? null
    return live(parent) ? top(parent!) : id
  }
  const pathOf = (id: number): number[] => {
    const parent = rows.get(id)?.parent ?? null
    return parent === null ? [] : [...pathOf(parent), parent]
  }
  const of = new Int32Array(reader.sampleCount())
  for (const { ordinal, cluster } of reader.madeClusters.members()) of[ordinal] = cluster > 0 ? -1 - top(cluster) : cluster
  const clusters: Membership['clusters'] = new Map()
  for (const { id, horizon, parent, removed } of rows.values()) {
    if (removed || live(parent)) continue
    const parts = [...rows.values()].filter((row) => row.parent === id && !row.removed).length
    clusters.set(-1 - id, { horizon, parts, parent, path: pathOf(id) })
  }
  return { of, clusters }
}

/**
 * Cluster of each row as windows know it. Samples that came after a cluster was made join it when the clustering puts them where more
 * than half of the older ones are its members; `joined` counts them.
 * @param base the clustering's ids by row
 */
export function overlaid(base: Int32Array, ordinals: Uint32Array, { of, clusters }: Membership) {
  const ids = base.map((id, row) => {
    const made = of[ordinals[row]!] ?? 0
    return made === 0 ? id : made
  })
  const joined = new Map<number, number>()
  const newest = Math.min(...[...clusters.values()].map(({ horizon }) => horizon))
  if (!ordinals.some((ordinal) => ordinal >= newest)) return { ids, joined }
  for (const [group, rows] of Map.groupBy(base.keys(), (row) => base[row]!)) {
    const made = group < 0 ? null : majority(rows, ids, ordinals, clusters)
    if (made === null) continue
    for (const row of rows) {
      if (of[ordinals[row]!] || ordinals[row]! < clusters.get(made)!.horizon) continue
      ids[row] = made
      joined.set(made, (joined.get(made) ?? 0) + 1)
    }
  }
  return { ids, joined }
}

function majority(rows: number[], ids: Int32Array, ordinals: Uint32Array, clusters: Membership['clusters']): number | null {
  for (const [made, mine] of Map.groupBy(rows, (row) => ids[row]!)) {
    const cluster = clusters.get(made)
    if (cluster && mine.length * 2 > rows.filter((row) => ordinals[row]! < cluster.horizon).length) return made
  }
  return null
}
