/** Leave-one-out accuracy of nearest neighbours: how well an embedding keeps classes together. */
import { centred, nearestNeighbours } from '../cluster/neighbours'
import type { Matrix, MatrixProducts } from '../engine/linear-algebra'

const temperature = 0.1

/**
 * Each row's class by a vote of its k nearest other rows (cosine of centred embeddings, weight exp(similarity / 0.1)); of equal
 * votes the lower class wins.
 * @param embeddings [samples, dimensions]
 * @param classes one per sample, 0 and up
 * @returns 0–1
 */
export async function knnAccuracy(
  embeddings: Matrix,
  classes: ArrayLike<number>,
  products: MatrixProducts,
  k = 5,
): Promise<number> {
  const neighbours = await nearestNeighbours(centred(embeddings), k, products)
  let right = 0
  for (let row = 0; row < embeddings.rows; row++) {
    const votes = new Map<number, number>()
    for (let at = row * neighbours.k; at < (row + 1) * neighbours.k; at++) {
      const voted = classes[neighbours.ids[at]!]!
      votes.set(voted, (votes.get(voted) ?? 0) + Math.exp(neighbours.similarities[at]! / temperature))
    }
    const [winner] = [...votes].sort(([a, weight], [b, other]) => other - weight || a - b)
    if (winner?.[0] === classes[row]) right++
  }
  return embeddings.rows > 0 ? right / embeddings.rows : 0
}
