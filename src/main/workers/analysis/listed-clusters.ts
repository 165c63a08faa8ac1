/** The clusters of the run in use as the board lists them. */
import type { Cluster } from '@shared/model'
import { type Columns, noLabel, unknown } from './columns'
import { inForce } from './multi-columns'
import type { RunInUse } from './run'

/** Members of a cluster that are named to windows, most typical first. */
const shown = 24

/** A cluster without its name. */
type ListedCluster = Omit<Cluster, 'name' | 'naming' | 'proposal' | 'labels'> & {
  labels: { classId: string | null; count: number; fresh: number }[]
}

interface ClusterList {
  granularity: number
  clusters: ListedCluster[]
  outliers: number
}

/** In the order of the board. */
export function listClusters(run: RunInUse, granularity: number | null, columns: Columns): ClusterList {
  const level = run.level(granularity)
  if (!level) return { granularity: granularity ?? 0.5, clusters: [], outliers: 0 }
  const { ids, joined } = run.shownAt(level)
  const members = Map.groupBy(ids.keys(), (row) => ids[row]!)
  const outliers = members.get(-1)?.length ?? 0
  const clusters = run.orderAt(level).map((id) => {
    const { parts = 0, parent = null, path = [] } = run.membership.clusters.get(id) ?? {}
    const described = describe(run, id, members.get(id)!, columns)
    return { ...described, parts, parent, depth: path.length, joined: joined.get(id) ?? 0 }
  })
  return { granularity: level.granularity, clusters, outliers }
}

function describe(
  run: RunInUse,
  id: number,
  rows: number[],
  columns: Columns,
): Omit<ListedCluster, 'parts' | 'parent' | 'depth' | 'joined'> {
  const { columns: dimensions, data } = run.embeddings
  const centre = new Float64Array(dimensions)
  for (const row of rows) for (let d = 0, at = row * dimensions; d < dimensions; d++, at++) centre[d]! += data[at]!
  const length = Math.hypot(...centre) || 1
  const similarity = (row: number) => {
    let sum = 0
    for (let d = 0, at = row * dimensions; d < dimensions; d++, at++) sum += (centre[d]! / length) * data[at]!
    return sum
  }
  const ranked = rows.map((row) => ({ row, s: similarity(row) })).sort((a, b) => b.s - a.s || a.row - b.row)
  const tightness = Math.min(1, Math.max(0, ranked.reduce((sum, { s }) => sum + s, 0) / rows.length))
  const typical = ranked.slice(0, shown).map(({ row }) => run.ordinals[row]!)
  return {
    id,
    size: rows.length,
    tightness,
    typical,
    labeled: rows.reduce((sum, row) => sum + Number(columns.labels[run.ordinals[row]!] !== noLabel), 0),
    labels: countLabels(
      rows.map((row) => run.ordinals[row]!),
      columns,
      run.clusteredAt,
    ),
  }
}

/** @param since entry of the annotation log after which labels are fresh */
function countLabels(ordinals: number[], { labels, classes, spoken, multi }: Columns, since: number): ListedCluster['labels'] {
  const counts = new Map<number, { count: number; fresh: number }>()
  const count = (label: number, ordinal: number) => {
    const known = counts.get(label) ?? { count: 0, fresh: 0 }
    counts.set(label, { count: known.count + 1, fresh: known.fresh + Number(spoken[ordinal]! > since) })
  }
  for (const ordinal of ordinals) {
    if (multi) inForce(multi, ordinal).forEach(({ index }) => count(index, ordinal))
    else count(labels[ordinal]!, ordinal)
  }
  counts.delete(noLabel)
  return [...counts]
    .map(([label, found]) => ({ classId: label === unknown ? null : classes[label]!, ...found }))
    .sort((a, b) => b.count - a.count)
}
