/** Whether a view of a sample finds another view of the same sample: a score that needs no labels. */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, shiftRows } from '../engine/linear-algebra'

/**
 * For each row of `a`, the place of its own row among those of `b` by cosine of centred embeddings: 1 is the nearest, behind ties.
 * @param a [samples, dimensions], one view of each sample
 * @param b another view of the same samples in the same order, and of others behind them
 * @returns none for fewer than two rows to choose from
 */
export async function viewPlaces(a: Matrix, b: Matrix, products: MatrixProducts): Promise<number[]> {
  if (b.rows < 2) return []
  const [from, to] = [a, b].map((x) => normalizeRows(shiftRows(x, columnMeans(x)))) as [Matrix, Matrix]
  const { data } = await products.productRight(from, to)
  return Array.from({ length: a.rows }, (_, row) => {
    const similarities = data.subarray(row * b.rows, (row + 1) * b.rows)
    const own = similarities[row]!
    return similarities.reduce((place, similarity, other) => (other !== row && !(similarity < own) ? place + 1 : place), 1)
  })
}

/** 1 for each view that comes first. */
export const foundViews = (places: readonly number[]) => Uint8Array.from(places, (place) => (place === 1 ? 1 : 0))

/** Share of views that come first, 0–1; ties count as not found. */
export const viewRetrieval = (places: readonly number[]) => mean(places.map((place) => (place === 1 ? 1 : 0)))

/** Mean of 1 / place: as retrieval, but a view that comes second or tenth counts too, so that it grows while nothing is found yet. */
export const meanReciprocalRank = (places: readonly number[]) => mean(places.map((place) => 1 / place))

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
