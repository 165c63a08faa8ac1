/** The neighbour graph as label spreading uses it. */
import type { Graph } from './head'

/**
 * Cosine⁴ weights of the neighbours, made symmetric by the larger of both directions, then normalised.
 * @param ids int32 [rows, k], −1 where a row has fewer neighbours
 * @param similarities float32 [rows, k], cosine
 */
export function spreadGraph(rows: number, k: number, ids: Int32Array, similarities: Float32Array): Graph {
  const edges = Array.from({ length: rows }, () => new Map<number, number>())
  for (let row = 0; row < rows; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const other = ids[at]!
      if (other < 0 || other === row) continue
      const weight = Math.max(similarities[at]!, 0) ** 4 + 1e-9
      edges[row]!.set(other, Math.max(weight, edges[row]!.get(other) ?? 0))
      edges[other]!.set(row, Math.max(weight, edges[other]!.get(row) ?? 0))
    }
  }
  const degrees = edges.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 1e-9))
  const starts = new Uint32Array(rows + 1)
  edges.forEach((row, index) => (starts[index + 1] = starts[index]! + row.size))
  const targets = new Uint32Array(starts[rows]!)
  const weights = new Float32Array(starts[rows]!)
  edges.forEach((row, index) => {
    let at = starts[index]!
    for (const [other, weight] of row) {
      targets[at] = other
      weights[at++] = weight / Math.sqrt(degrees[index]! * degrees[other]!)
    }
  })
  return { starts, targets, weights }
}
