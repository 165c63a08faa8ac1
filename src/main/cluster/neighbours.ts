/** Nearest neighbours by cosine: exact by blocks of matrix products while that is a matter of seconds, by cells beyond. */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, rowsOf, shiftRows } from '../engine/linear-algebra'
import { neighboursByCells } from './cells'
import { NearestKept } from './nearest-kept'

export interface Neighbours {
  rows: number
  /** Neighbours per row: at most rows − 1. */
  k: number
  /** int32 [rows, k], nearest first; never the row itself. */
  ids: Int32Array
  /** float32 [rows, k], cosine. */
  similarities: Float32Array
}

/** Centred and each row of length 1: the form in which embeddings are compared everywhere. */
export function centred(embeddings: Matrix): Matrix {
  return normalizeRows(shiftRows(embeddings, columnMeans(embeddings)))
}

/** Multiply-adds of an exact search that two cores do in some ten seconds: 30,000 rows of 128 numbers. */
const exactBudget = 1.15e11

export const isExact = ({ rows, columns }: Matrix) => rows ** 2 * columns <= exactBudget

/**
 * @param x [rows, dimensions], each row of length 1
 * @param report rows done
 */
export async function nearestNeighbours(
  x: Matrix,
  wanted: number,
  products: MatrixProducts,
  report?: (rows: number) => void,
): Promise<Neighbours> {
  const k = Math.max(0, Math.min(wanted, x.rows - 1))
  if (k === 0) return { rows: x.rows, k, ids: new Int32Array(0), similarities: new Float32Array(0) }
  return isExact(x) ? exactNeighbours(x, k, products, report) : neighboursByCells(x, k, products, report)
}

/** A block of similarities stays in the processor's cache: 8 MB. */
const [blockRows, blockColumns] = [1024, 2048]

export async function exactNeighbours(
  x: Matrix,
  k: number,
  products: MatrixProducts,
  report?: (rows: number) => void,
): Promise<Neighbours> {
  const kept = new NearestKept(x.rows, k)
  for (let first = 0; first < x.rows; first += blockRows) {
    const end = Math.min(x.rows, first + blockRows)
    for (let from = 0; from < x.rows; from += blockColumns) {
      const to = Math.min(x.rows, from + blockColumns)
      const { data } = await products.productRight(rowsOf(x, first, end), rowsOf(x, from, to))
      for (let row = first; row < end; row++) kept.offer(row, data, (row - first) * (to - from), to - from, from)
    }
    report?.(end)
  }
  return kept.sorted()
}
