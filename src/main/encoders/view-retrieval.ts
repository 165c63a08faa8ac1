/** Whether a view of a sample finds another view of the same sample: a score that needs no labels. */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, shiftRows } from '../engine/linear-algebra'

/**
 * Share of rows of `a` whose nearest row of `b`, by cosine of centred embeddings, is their own.
 * @param a [samples, dimensions], one view of each sample
 * @param b another view of the same samples in the same order, and of others behind them
 * @returns 0–1; ties count as not found
 */
export async function viewRetrieval(a: Matrix, b: Matrix, products: MatrixProducts): Promise<number> {
  const places = await placesOfViews(a, b, products)
  return places.length > 0 ? places.filter((place) => place === 1).length / places.length : 0
}

/** Mean of 1 / place: as retrieval, but a view that comes second or tenth counts too, so that it grows while nothing is found yet. */
export async function meanReciprocalRank(a: Matrix, b: Matrix, products: MatrixProducts): Promise<number> {
  const places = await placesOfViews(a, b, products)
  return places.length > 0 ? places.reduce((sum, place) => sum + 1 / place, 0) / places.length : 0
}

/** For each row of `a`, the place of its own row among those of `b`, from 1, behind ties; none for fewer than two rows to choose from. */
async function placesOfViews(a: Matrix, b: Matrix, products: MatrixProducts): Promise<number[]> {
  if (b.rows < 2) return []
  const [from, to] = [a, b].map((x) => normalizeRows(shiftRows(x, columnMeans(x)))) as [Matrix, Matrix]
  const { data } = await products.productRight(from, to)
  return Array.from({ length: a.rows }, (_, row) => {
    const similarities = data.subarray(row * b.rows, (row + 1) * b.rows)
    const own = similarities[row]!
    return similarities.reduce((place, similarity, other) => (other !== row && !(similarity < own) ? place + 1 : place), 1)
  })
}
