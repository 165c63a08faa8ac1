/** How strongly rows belong together: the fuzzy neighbour graph of UMAP (McInnes, Healy & Melville 2018, section 3.1). */
import type { WeightedGraph } from '../louvain'
import type { Neighbours } from '../neighbours'
import { symmetricGraph } from '../symmetric'

/** Neighbours of a row that the map tries to keep. */
export const keptNeighbours = 15
const rounds = 32

/** Weights 0–1; every edge stands in both rows. */
export function fuzzyGraph(neighbours: Neighbours): WeightedGraph {
  const near = nearestOf(neighbours, keptNeighbours)
  const { rows, k, similarities } = near
  const widths = new Float32Array(rows)
  for (let row = 0; row < rows; row++) widths[row] = widthOf(similarities, row * k, k)
  const weight = (at: number) => {
    const row = Math.floor(at / k)
    return Math.exp(-Math.max(0, similarities[row * k]! - similarities[at]!) / widths[row]!)
  }
  return symmetricGraph(near, weight, (one, other) => one + other - one * other)
}

/** The first `count` neighbours of each row. */
export function nearestOf({ rows, k, ids, similarities }: Neighbours, count: number): Neighbours {
  if (k <= count) return { rows, k, ids, similarities }
  const near = { rows, k: count, ids: new Int32Array(rows * count), similarities: new Float32Array(rows * count) }
  for (let row = 0; row < rows; row++) {
    near.ids.set(ids.subarray(row * k, row * k + count), row * count)
    near.similarities.set(similarities.subarray(row * k, row * k + count), row * count)
  }
  return near
}

/** The width at which the weights of a row add up to log₂ k; distances count from its nearest neighbour on. */
function widthOf(similarities: Float32Array, first: number, k: number): number {
  const wanted = Math.log2(k)
  let [low, high, width] = [0, Infinity, 1]
  for (let round = 0; round < rounds; round++) {
    let sum = 0
    for (let at = first; at < first + k; at++) sum += Math.exp(-(similarities[first]! - similarities[at]!) / width)
    if (Math.abs(sum - wanted) < 1e-4) break
    if (sum > wanted) high = width
    else low = width
    width = high === Infinity ? width * 2 : (low + high) / 2
  }
  return Math.max(width, 1e-4)
}
