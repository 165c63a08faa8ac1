/** A smaller problem for cross-validation: every label and an even share of the other rows, with a neighbour graph of their own. */
import { nearestNeighbours } from '../../cluster/neighbours'
import { matrix } from '../../engine/linear-algebra'
import type { HeadInput } from './head'
import { spreadGraph } from './spread-graph'

/** Rows without a label that are kept. */
const mostOthers = 5000
const neighbours = 10

/** The input itself where it is small. */
export async function reduced(input: HeadInput): Promise<HeadInput> {
  const { rows, dimensions, embeddings, labels, products } = input
  const stride = Math.ceil(rows / mostOthers)
  if (stride === 1) return input
  const kept = new Set(labels.rows)
  for (let row = 0; row < rows; row += stride) kept.add(row)
  const order = [...kept].sort((a, b) => a - b)
  const places = new Map(order.map((row, at) => [row, at]))
  const x = matrix(order.length, dimensions)
  order.forEach((row, at) => x.data.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions), at * dimensions))
  const { k, ids, similarities } = await nearestNeighbours(x, neighbours, products)
  return {
    embeddings: x.data,
    rows: order.length,
    dimensions,
    graph: spreadGraph(order.length, k, ids, similarities),
    labels: { ...labels, rows: labels.rows.map((row) => places.get(row)!) },
    products,
  }
}
