/** Communities of a weighted graph by local moving and aggregation (Blondel et al. 2008), at a resolution (Reichardt & Bornholdt 2006). */
import { draw, random } from '../engine/random'

/** Undirected, in compressed rows; every edge stands in both rows, loops once. */
export interface WeightedGraph {
  starts: Uint32Array
  targets: Uint32Array
  weights: Float64Array
}

const mostPasses = 20
const mostSweeps = 20

/** Community of each node, 0 … n − 1. */
export function louvain(graph: WeightedGraph, resolution: number, seed: number): Int32Array {
  let current = graph
  let communities = Int32Array.from({ length: graph.starts.length - 1 }, (_, node) => node)
  for (let pass = 0; pass < mostPasses; pass++) {
    const { moved, communities: found } = localMoving(current, resolution, seed + pass)
    if (!moved) break
    const renumbered = renumber(found)
    communities = communities.map((node) => renumbered[node]!)
    current = aggregate(current, renumbered)
  }
  return renumber(communities)
}

/** Sum of the weights at each node. */
export function strengths({ starts, weights }: WeightedGraph): Float64Array {
  const sums = new Float64Array(starts.length - 1)
  for (let node = 0; node < sums.length; node++)
    for (let at = starts[node]!; at < starts[node + 1]!; at++) sums[node]! += weights[at]!
  return sums
}

function localMoving(graph: WeightedGraph, resolution: number, seed: number): { moved: boolean; communities: Int32Array } {
  const { starts, targets, weights } = graph
  const nodes = starts.length - 1
  const strength = strengths(graph)
  const total = strength.reduce((sum, value) => sum + value, 0) || 1
  const communities = Int32Array.from({ length: nodes }, (_, node) => node)
  const mass = strength.slice()
  const toCommunity = new Float64Array(nodes)
  const order = draw(nodes, nodes, random(seed, 0x6c6f75))
  let moved = false
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moves = 0
    for (const node of order) {
      const home = communities[node]!
      const touched: number[] = [home]
      for (let at = starts[node]!; at < starts[node + 1]!; at++) {
        if (targets[at] === node) continue
        const community = communities[targets[at]!]!
        if (toCommunity[community] === 0) touched.push(community)
        toCommunity[community]! += weights[at]!
      }
      mass[home]! -= strength[node]!
      const gain = (community: number) => toCommunity[community]! - (resolution * strength[node]! * mass[community]!) / total
      let best = home
      let most = gain(home) + 1e-12
      for (const community of touched) {
        if (gain(community) > most) [best, most] = [community, gain(community)]
      }
      mass[best]! += strength[node]!
      communities[node] = best
      if (best !== home) moves++
      for (const community of touched) toCommunity[community] = 0
    }
    if (moves === 0) break
    moved = true
  }
  return { moved, communities }
}

/** Numbers in order of first appearance, without gaps. */
export function renumber(communities: Int32Array): Int32Array {
  const numbers = new Map<number, number>()
  return communities.map((community) => {
    const known = numbers.get(community)
    if (known !== undefined) return known
    numbers.set(community, numbers.size)
    return numbers.size - 1
  })
}

/** One node per community; what lies inside becomes a loop. */
export function aggregate({ starts, targets, weights }: WeightedGraph, communities: Int32Array): WeightedGraph {
  const rows: Map<number, number>[] = []
  communities.forEach((community, node) => {
    const row = (rows[community] ??= new Map<number, number>())
    for (let at = starts[node]!; at < starts[node + 1]!; at++) {
      const other = communities[targets[at]!]!
      row.set(other, (row.get(other) ?? 0) + weights[at]!)
    }
  })
  return compress(rows)
}

export function compress(rows: Map<number, number>[]): WeightedGraph {
  const starts = new Uint32Array(rows.length + 1)
  rows.forEach((row, index) => (starts[index + 1] = starts[index]! + row.size))
  const targets = new Uint32Array(starts[rows.length]!)
  const weights = new Float64Array(starts[rows.length]!)
  rows.forEach((row, index) => {
    let at = starts[index]!
    for (const [other, weight] of row) {
      targets[at] = other
      weights[at++] = weight
    }
  })
  return { starts, targets, weights }
}
