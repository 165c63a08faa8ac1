/** Communities of a weighted graph by local moving and aggregation (Blondel et al. 2008), at a resolution (Reichardt & Bornholdt 2006). */
import { draw, random } from '../engine/random'

/** Undirected, in compressed rows; every edge stands in both rows, loops once. */
export interface WeightedGraph {
  starts: Uint32Array
  targets: Uint32Array
  weights: Float32Array
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
  const touched = new Int32Array(nodes)
  const order = draw(nodes, nodes, random(seed, 0x6c6f75))
  let moved = false
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let moves = 0
    for (const node of order) {
      const home = communities[node]!
      touched[0] = home
      let count = 1
      for (let at = starts[node]!; at < starts[node + 1]!; at++) {
        if (targets[at] === node) continue
        const community = communities[targets[at]!]!
        if (toCommunity[community] === 0 && community !== home) touched[count++] = community
        toCommunity[community]! += weights[at]!
      }
      mass[home]! -= strength[node]!
      const share = (resolution * strength[node]!) / total
      let best = home
      let most = toCommunity[home]! - share * mass[home]! + 1e-12
      for (let at = 0; at < count; at++) {
        const community = touched[at]!
        const gain = toCommunity[community]! - share * mass[community]!
        toCommunity[community] = 0
        if (gain <= most) continue
        best = community
        most = gain
      }
      mass[best]! += strength[node]!
      communities[node] = best
      if (best !== home) moves++
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
  const count = communities.reduce((most, community) => Math.max(most, community), -1) + 1
  const members = nodesByCommunity(communities, count)
  const sums = new Float64Array(count)
  const touched = new Int32Array(count)
  const merged = {
    starts: new Uint32Array(count + 1),
    targets: new Uint32Array(targets.length),
    weights: new Float32Array(targets.length),
  }
  let end = 0
  for (let community = 0; community < count; community++) {
    let known = 0
    for (let member = members.starts[community]!; member < members.starts[community + 1]!; member++) {
      const node = members.nodes[member]!
      for (let at = starts[node]!; at < starts[node + 1]!; at++) {
        const other = communities[targets[at]!]!
        if (sums[other] === 0) touched[known++] = other
        sums[other]! += weights[at]!
      }
    }
    for (let at = 0; at < known; at++, end++) {
      merged.targets[end] = touched[at]!
      merged.weights[end] = sums[touched[at]!]!
      sums[touched[at]!] = 0
    }
    merged.starts[community + 1] = end
  }
  return { starts: merged.starts, targets: merged.targets.slice(0, end), weights: merged.weights.slice(0, end) }
}

function nodesByCommunity(communities: Int32Array, count: number): { starts: Uint32Array; nodes: Uint32Array } {
  const starts = new Uint32Array(count + 1)
  for (const community of communities) starts[community + 1]!++
  for (let community = 0; community < count; community++) starts[community + 1]! += starts[community]!
  const next = starts.slice()
  const nodes = new Uint32Array(communities.length)
  communities.forEach((community, node) => (nodes[next[community]!++] = node))
  return { starts, nodes }
}
