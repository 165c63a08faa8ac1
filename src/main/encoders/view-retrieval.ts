/** Whether a view of a sample finds another view of the same sample: a score that needs no labels. */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, shiftRows } from '../engine/linear-algebra'

/**
 * Share of rows of `a` whose nearest row of `b`, by cosine of centred embeddings, is their own.
 * @param a [samples, dimensions], one view of each sample
 * @param b another view of the same samples in the same order, and of others behind them
 * @returns 0–1; ties count as not found
 */
export async function viewRetrieval(a: Matrix, b: Matrix, products: MatrixProducts): Promise<number> {
  if (b.rows < 2 || a.rows === 0) return 0
  const [from, to] = [a, b].map((x) => normalizeRows(shiftRows(x, columnMeans(x)))) as [Matrix, Matrix]
  const { data } = await products.productRight(from, to)
  let found = 0
  for (let row = 0; row < a.rows; row++) {
    const similarities = data.subarray(row * b.rows, (row + 1) * b.rows)
    const own = similarities[row]!
    if (similarities.every((similarity, other) => other === row || similarity < own)) found++
  }
  return found / a.rows
}
