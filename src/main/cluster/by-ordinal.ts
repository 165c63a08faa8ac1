/** The clustering's own choice of clusters, as a column by ordinal. */
import { levelAt } from './hierarchy'
import type { StoredClusters } from './stored'

/** Cluster ids by ordinal, −1 for outliers, null for what has no embedding. */
export function clustersByOrdinal({ ordinals, hierarchy }: StoredClusters, count: number): (number | null)[] {
  const { ids } = levelAt(hierarchy, null)
  const column = new Array<number | null>(count).fill(null)
  ordinals.forEach((ordinal, row) => (column[ordinal] = ids[row]!))
  return column
}
