/**
 * Nested clusters of a neighbour graph: fine communities, then the pair that belongs together most is merged, again and again,
 * by the distance of Bonald et al. 2018 ("Hierarchical graph clustering using node pair sampling"), whose inverse is a resolution.
 */
import { aggregate, louvain, strengths, type WeightedGraph } from './louvain'
import type { Neighbours } from './neighbours'
import { symmetricGraph } from './symmetric'

export interface Level {
  /** 0 coarse – 1 fine. */
  granularity: number
  /** Cluster of each row, numbered by falling size; −1 for outliers. */
  ids: Int32Array
  clusters: number
}

export interface Hierarchy {
  /** Coarse to fine; each refines the one before, outliers apart. */
  levels: Level[]
  /** Granularity to show unless asked otherwise. */
  automatic: number
  /** Mean similarity of each row to its neighbours. */
  typicality: Float32Array
}

/** Resolution of the communities to begin with, and of the levels. At 1 modularity is as Newman defined it. */
const finest = 12
const resolutions = [0.35, 0.5, 0.7, 1, 1.4, 2, 2.8, 4, 5.6, 8, finest]
const automaticResolution = 1.4
/** Clusters of fewer rows are outliers. */
const smallest = 3
/** Rows whose typicality lies this many median absolute deviations under the median are outliers. */
const farOut = 4

export function clusterHierarchy(neighbours: Neighbours, seed: number): Hierarchy {
  const graph = similarityGraph(neighbours)
  const typicality = meanSimilarity(neighbours)
  const outlying = outliers(typicality)
  const base = louvain(graph, finest, seed)
  const merges = mergeAll(aggregate(graph, base))
  // Of images too few to be grouped all stand together, so that a person has something to begin with.
  let ids: Int32Array = new Int32Array(neighbours.rows)
  const levels = resolutions.map((resolution, index) => {
    const finer = numberBySize(cut(base, merges, resolution), outlying)
    if (finer.some((id) => id >= 0)) ids = finer
    return { granularity: index / (resolutions.length - 1), ids, clusters: ids.reduce((most, id) => Math.max(most, id), -1) + 1 }
  })
  return { levels, automatic: resolutions.indexOf(automaticResolution) / (resolutions.length - 1), typicality }
}

/** The level nearest to a granularity. */
export function levelAt({ levels, automatic }: Hierarchy, granularity: number | null): Level {
  const wanted = granularity ?? automatic
  return levels.reduce((best, level) =>
    Math.abs(level.granularity - wanted) < Math.abs(best.granularity - wanted) ? level : best,
  )
}

/** Cosine to the fourth, summed over both directions: mutual neighbours count double. */
const similarityGraph = (neighbours: Neighbours) =>
  symmetricGraph(
    neighbours,
    (at) => Math.max(neighbours.similarities[at]!, 0.01) ** 4,
    (one, other) => one + other,
  )

function meanSimilarity({ rows, k, similarities }: Neighbours): Float32Array {
  return Float32Array.from({ length: rows }, (_, row) => {
    let sum = 0
    for (let at = row * k; at < (row + 1) * k; at++) sum += similarities[at]!
    return k ? sum / k : 0
  })
}

function outliers(typicality: Float32Array): Uint8Array {
  const median = (values: Float32Array) => values.toSorted()[values.length >> 1] ?? 0
  const middle = median(typicality)
  const spread = median(typicality.map((value) => Math.abs(value - middle)))
  return Uint8Array.from(typicality, (value) => Number(value < middle - farOut * Math.max(spread, 1e-6)))
}

interface Merge {
  /** Both are base communities that stand for all they were merged with. */
  from: number
  into: number
  /** Merged at resolutions up to this. */
  resolution: number
}

/** The community that a community would be merged with, and at which resolution. */
interface Partner {
  other: number
  resolution: number
}

/** Always the pair with the highest resolution w_ab · w / (w_a · w_b) next. */
function mergeAll(graph: WeightedGraph): Merge[] {
  const nodes = graph.starts.length - 1
  const mass = strengths(graph)
  const total = mass.reduce((sum, value) => sum + value, 0) || 1
  const links: Map<number, number>[] = Array.from({ length: nodes }, (_, node) => {
    const row = new Map<number, number>()
    for (let at = graph.starts[node]!; at < graph.starts[node + 1]!; at++) {
      if (graph.targets[at] !== node) row.set(graph.targets[at]!, graph.weights[at]!)
    }
    return row
  })
  const better = (one: Partner, than: Partner) =>
    one.resolution > than.resolution || (one.resolution === than.resolution && one.other < than.other)
  const partner = (node: number, other: number, weight: number): Partner => ({
    other,
    resolution: (weight * total) / (mass[node]! * mass[other]!),
  })
  const nearest = (node: number) => {
    let best: Partner = { other: -1, resolution: 0 }
    for (const [other, weight] of links[node]!) {
      const found = partner(node, other, weight)
      if (better(found, best)) best = found
    }
    return best
  }
  const best = Array.from({ length: nodes }, (_, node) => nearest(node))
  const merges: Merge[] = []
  for (;;) {
    let from = -1
    for (let node = 0; node < nodes; node++) {
      if (best[node]!.other >= 0 && (from < 0 || best[node]!.resolution > best[from]!.resolution)) from = node
    }
    if (from < 0) return merges
    const { other: into, resolution } = best[from]!
    merges.push({ from, into, resolution })
    join(links, from, into)
    mass[into]! += mass[from]!
    best[from] = { other: -1, resolution: 0 }
    best[into] = nearest(into)
    for (const [other, weight] of links[into]!) {
      const found = partner(other, into, weight)
      if (best[other]!.other === from || best[other]!.other === into) best[other] = nearest(other)
      else if (better(found, best[other]!)) best[other] = found
    }
  }
}

function join(links: Map<number, number>[], from: number, into: number): void {
  for (const [other, weight] of links[from]!) {
    links[other]!.delete(from)
    if (other === into) continue
    links[into]!.set(other, (links[into]!.get(other) ?? 0) + weight)
    links[other]!.set(into, (links[other]!.get(into) ?? 0) + weight)
  }
  links[from]!.clear()
}

/** Distances of a greedy merge can fall again; a level takes every merge up to the last that it allows. */
function cut(base: Int32Array, merges: Merge[], resolution: number): Int32Array {
  const parent = new Map<number, number>()
  let lowest = Infinity
  for (const merge of merges) {
    lowest = Math.min(lowest, merge.resolution)
    if (lowest < resolution) break
    parent.set(merge.from, merge.into)
  }
  const top = (node: number): number => {
    const above = parent.get(node)
    return above === undefined ? node : top(above)
  }
  return base.map(top)
}

function numberBySize(communities: Int32Array, outlying: Uint8Array): Int32Array {
  const sizes = new Map<number, number>()
  communities.forEach((community, row) => {
    if (!outlying[row]) sizes.set(community, (sizes.get(community) ?? 0) + 1)
  })
  const kept = [...sizes].filter(([, size]) => size >= smallest).sort((a, b) => b[1] - a[1] || a[0] - b[0])
  const numbers = new Map(kept.map(([community], number) => [community, number]))
  return communities.map((community, row) => (outlying[row] ? -1 : (numbers.get(community) ?? -1)))
}
