/** The neighbour graph as label spreading uses it. */
import type { Graph } from './head'

/** Nearest neighbours used of each row: farther ones lie in other classes too often (bench -- labeling). */
const used = 10

/**
 * Cosine⁴ weights of the neighbours, made symmetric by adding both directions, then normalised.
 * @param ids int32 [rows, k], −1 where a row has fewer neighbours
 * @param similarities float32 [rows, k], cosine
 */
export function spreadGraph(rows: number, k: number, ids: Int32Array, similarities: Float32Array): Graph {
  const both = directedBothWays(rows, k, ids, similarities)
  const degrees = new Float64Array(rows).fill(1e-9)
  for (let row = 0; row < rows; row++)
    for (let at = both.starts[row]!; at < both.starts[row + 1]!; at++) degrees[row]! += both.weights[at]!
  for (let row = 0; row < rows; row++)
    for (let at = both.starts[row]!; at < both.starts[row + 1]!; at++)
      both.weights[at]! /= Math.sqrt(degrees[row]! * degrees[both.targets[at]!]!)
  return both
}

/** Each edge from both its ends, once, in ascending order of targets, with the sum of the two directions. */
function directedBothWays(rows: number, k: number, ids: Int32Array, similarities: Float32Array): Graph {
  const each = (visit: (row: number, other: number, weight: number) => void) => {
    for (let row = 0; row < rows; row++)
      for (let at = row * k; at < row * k + Math.min(k, used); at++) {
        const other = ids[at]!
        if (other >= 0 && other !== row) visit(row, other, Math.max(similarities[at]!, 0) ** 4 + 1e-9)
      }
  }
  const starts = new Uint32Array(rows + 1)
  each((row, other) => {
    starts[row + 1]!++
    starts[other + 1]!++
  })
  for (let row = 0; row < rows; row++) starts[row + 1]! += starts[row]!
  const next = starts.slice()
  const targets = new Uint32Array(starts[rows]!)
  const weights = new Float32Array(targets.length)
  const put = (row: number, other: number, weight: number) => {
    targets[next[row]!] = other
    weights[next[row]!++] = weight
  }
  each((row, other, weight) => {
    put(row, other, weight)
    put(other, row, weight)
  })
  return withoutRepeats(rows, starts, targets, weights)
}

function withoutRepeats(rows: number, starts: Uint32Array, targets: Uint32Array, weights: Float32Array): Graph {
  const kept = new Uint32Array(rows + 1)
  let to = 0
  for (let row = 0; row < rows; row++) {
    const order = Array.from({ length: starts[row + 1]! - starts[row]! }, (_, at) => starts[row]! + at)
    order.sort((a, b) => targets[a]! - targets[b]! || a - b)
    const mine = order.map((at) => ({ target: targets[at]!, weight: weights[at]! }))
    const first = to
    for (const { target, weight } of mine) {
      if (to > first && targets[to - 1] === target) weights[to - 1]! += weight
      else {
        targets[to] = target
        weights[to++] = weight
      }
    }
    kept[row + 1] = to
  }
  return { starts: kept, targets: targets.slice(0, to), weights: weights.slice(0, to) }
}
