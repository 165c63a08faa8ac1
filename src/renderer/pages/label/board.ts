/** The cluster board as a table: a row per cluster, column 0 the cluster as a whole, then its images. */
import type { Cluster } from '@shared/model'
import { outlierId } from '../../stores/clusters'

export interface Place {
  row: number
  column: number
}

/** Where a key leads; null when it does not move. `shown` counts the images drawn per row, `perLine` those on a line. */
export function movedOnBoard(key: string, at: Place, shown: readonly number[], perLine: number, whole: boolean): Place | null {
  const last = shown.length - 1
  const fit = (row: number, column: number): Place => {
    const to = Math.max(0, Math.min(last, row))
    return { row: to, column: Math.max(0, Math.min(column, shown[to] ?? 0)) }
  }
  switch (key) {
    case 'ArrowLeft':
      return fit(at.row, at.column - 1)
    case 'ArrowRight':
      return fit(at.row, at.column + 1)
    case 'ArrowUp':
      return at.column > perLine ? fit(at.row, at.column - perLine) : fit(at.row - 1, at.column)
    case 'ArrowDown':
      return at.column > 0 && at.column + perLine <= (shown[at.row] ?? 0)
        ? fit(at.row, at.column + perLine)
        : downFrom(at, fit, perLine)
    case 'PageUp':
      return fit(at.row - 5, at.column)
    case 'PageDown':
      return fit(at.row + 5, at.column)
    case 'Home':
      return whole ? { row: 0, column: 0 } : fit(at.row, 0)
    case 'End':
      return whole ? fit(last, 0) : fit(at.row, shown[at.row] ?? 0)
    default:
      return null
  }
}

function downFrom(at: Place, fit: (row: number, column: number) => Place, perLine: number): Place {
  return fit(at.row + 1, at.column === 0 ? 0 : ((at.column - 1) % perLine) + 1)
}

/**
 * The row of what was a cluster when the clusters were others: the one that shares most of its typical images, or its id.
 * Null where nothing is left of it.
 */
export function rowOf(before: Pick<Cluster, 'id' | 'typical'>, now: readonly Pick<Cluster, 'id' | 'typical'>[]): number | null {
  const mine = new Set(before.typical)
  let [found, most] = [now.findIndex(({ id }) => id === before.id), 0]
  now.forEach(({ id, typical }, row) => {
    const shared = typical.filter((ordinal) => mine.has(ordinal)).length
    if (shared < most || shared === 0 || (shared === most && id !== before.id)) return
    found = row
    most = shared
  })
  return found < 0 ? null : found
}

/** The next row with unlabeled members, from the one after; the same row when none is left. */
export function nextOpen(clusters: readonly Cluster[], row: number): number {
  for (let step = 1; step <= clusters.length; step++) {
    const at = (row + step) % clusters.length
    const cluster = clusters[at]!
    if (cluster.id !== outlierId && cluster.labeled < cluster.size) return at
  }
  return row
}

/** The part of a cluster that a key names: what has no label yet, or everything when all of it has. */
export function namedPart(cluster: Pick<Cluster, 'id' | 'size' | 'labeled'>, granularity: number) {
  const open = cluster.size - cluster.labeled
  const query = { clusterId: cluster.id, granularity, sort: 'ordinal' as const, descending: false }
  return open > 0 ? { open, query: { ...query, labeled: false } } : { open: 0, query }
}
