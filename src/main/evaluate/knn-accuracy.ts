/** Leave-one-out accuracy of nearest neighbours: how well an embedding keeps classes together. */
import { centred, nearestNeighbours } from '../cluster/neighbours'
import type { Matrix, MatrixProducts } from '../engine/linear-algebra'

const temperature = 0.1

/** Share of the rows that `namedRightly` says 1 of, 0–1. */
export async function knnAccuracy(
  embeddings: Matrix,
  classes: ArrayLike<number>,
  products: MatrixProducts,
  k = 5,
): Promise<number> {
  const right = await namedRightly(embeddings, classes, products, k)
  return right.length > 0 ? right.reduce((sum, each) => sum + each, 0) / right.length : 0
}

/**
 * Each row's class by a vote of its k nearest other rows (cosine of centred embeddings, weight exp(similarity / 0.1)); of equal
 * votes the lower class wins.
 * @param embeddings [samples, dimensions]
 * @param classes one per sample, 0 and up
 * @returns by row, 1 where that is its class
 */
export async function namedRightly(
  embeddings: Matrix,
  classes: ArrayLike<number>,
  products: MatrixProducts,
  k = 5,
): Promise<Uint8Array> {
  const neighbours = await nearestNeighbours(centred(embeddings), k, products)
  const right = new Uint8Array(embeddings.rows)
  for (let row = 0; row < embeddings.rows; row++) {
    const votes = new Map<number, number>()
    for (let at = row * neighbours.k; at < (row + 1) * neighbours.k; at++) {
      const voted = classes[neighbours.ids[at]!]!
      votes.set(voted, (votes.get(voted) ?? 0) + Math.exp(neighbours.similarities[at]! / temperature))
    }
    const [winner] = [...votes].sort(([a, weight], [b, other]) => other - weight || a - b)
    if (winner?.[0] === classes[row]) right[row] = 1
  }
  return right
}
