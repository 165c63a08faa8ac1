/** An undirected graph from each row's nearest neighbours, in compressed rows without a map per row: a million rows fit. */
import type { WeightedGraph } from './louvain'
import type { Neighbours } from './neighbours'

/**
 * @param neighbours ids of −1 stand for none
 * @param weight of a row's neighbour at index `at` of `ids`
 * @param combine the weights of both directions, 0 where only one of two rows has the other among its neighbours
 */
export function symmetricGraph(
  { rows, k, ids }: Neighbours,
  weight: (at: number) => number,
  combine: (one: number, other: number) => number,
): WeightedGraph {
  const weights = Float32Array.from({ length: rows * k }, (_, at) => weight(at))
  const back = transposed(rows, k, ids)
  const starts = new Uint32Array(rows + 1)
  const targets = new Uint32Array(2 * rows * k)
  const combined = new Float32Array(2 * rows * k)
  const order = new Int32Array(k)
  let end = 0
  for (let row = 0; row < rows; row++) {
    const own = sortedTargets(ids, row, k, order)
    let forward = 0
    let backward = back.starts[row]!
    while (forward < own || backward < back.starts[row + 1]!) {
      const there = forward < own ? ids[order[forward]!]! : Infinity
      const here = backward < back.starts[row + 1]! ? Math.floor(back.edges[backward]! / k) : Infinity
      const one = there <= here ? weights[order[forward++]!]! : 0
      const other = here <= there ? weights[back.edges[backward++]!]! : 0
      targets[end] = Math.min(there, here)
      combined[end++] = combine(one, other)
    }
    starts[row + 1] = end
  }
  return { starts, targets: targets.slice(0, end), weights: combined.slice(0, end) }
}

/** Indices into `ids` by the row they name, for each row ascending. */
function transposed(rows: number, k: number, ids: Int32Array): { starts: Uint32Array; edges: Uint32Array } {
  const starts = new Uint32Array(rows + 1)
  for (const id of ids) if (id >= 0) starts[id + 1]!++
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!
  const next = starts.slice()
  const edges = new Uint32Array(starts[rows]!)
  for (let at = 0; at < rows * k; at++) if (ids[at]! >= 0) edges[next[ids[at]!]!++] = at
  return { starts, edges }
}

/** Indices of a row's neighbours by ascending id, into `order`; how many there are. */
function sortedTargets(ids: Int32Array, row: number, k: number, order: Int32Array): number {
  let count = 0
  for (let at = row * k; at < (row + 1) * k; at++) {
    if (ids[at]! < 0) continue
    let to = count++
    for (; to > 0 && ids[order[to - 1]!]! > ids[at]!; to--) order[to] = order[to - 1]!
    order[to] = at
  }
  return count
}
