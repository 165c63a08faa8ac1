/**
 * Approximate nearest neighbours of many rows (inverted file, Jégou, Douze & Schmid 2011): rows are sorted into the cells of k-means
 * centres, and each is compared with the rows of the cells nearest to it, cell by cell as matrix products.
 */
import { type Matrix, matrix, type MatrixProducts, rowsOf } from '../engine/linear-algebra'
import { kMeans } from './k-means'
import { NearestKept } from './nearest-kept'
import type { Neighbours } from './neighbours'

/** Rows per centre that decide where the centres are. */
const learnedFrom = 32
/** Cells that each row is compared with. */
const probes = 14
const block = 1024

/** @param x [rows, dimensions], each row of length 1; the same answer every time */
export async function neighboursByCells(
  x: Matrix,
  k: number,
  products: MatrixProducts,
  report?: (rows: number) => void,
): Promise<Neighbours> {
  const centres = await cellCentres(x, 2 * k, products)
  const near = await nearestCells(x, centres, Math.min(probes, centres.rows), products)
  const members = groupByCell(near, centres.rows, 1)
  const comparing = groupByCell(near, centres.rows, near.k)
  const kept = new NearestKept(x.rows, k)
  let compared = 0
  for (let cell = 0; cell < centres.rows; cell++) {
    const mine = members.of(cell)
    const cellRows = gathered(x, mine)
    const asking = comparing.of(cell)
    for (let first = 0; first < asking.length; first += block) {
      const some = asking.subarray(first, first + block)
      const { data } = await products.productRight(gathered(x, some), cellRows)
      some.forEach((row, at) => kept.offer(row, data, at * mine.length, mine.length, mine))
    }
    compared += asking.length
    report?.(Math.floor(compared / near.k))
  }
  return kept.sorted()
}

/** k-means centres of a sample; cells of fewer than `fewest` rows are given up, so that every cell offers enough neighbours. */
async function cellCentres(x: Matrix, fewest: number, products: MatrixProducts): Promise<Matrix> {
  const wanted = Math.max(1, Math.round(Math.sqrt(x.rows)))
  const stride = Math.max(1, Math.floor(x.rows / (wanted * learnedFrom)))
  const sample = gathered(
    x,
    Int32Array.from({ length: Math.floor(x.rows / stride) }, (_, at) => at * stride),
  )
  const { centres } = await kMeans(sample, wanted, 0, products)
  const { ids } = await nearestCells(x, centres, 1, products)
  const sizes = new Uint32Array(centres.rows)
  for (const cell of ids) sizes[cell]!++
  const large = Int32Array.from(sizes.keys()).filter((cell) => sizes[cell]! >= fewest)
  return gathered(centres, large)
}

/** The nearest centres of each row by Euclidean distance, nearest first. */
async function nearestCells(x: Matrix, centres: Matrix, count: number, products: MatrixProducts): Promise<Neighbours> {
  const half = Float32Array.from({ length: centres.rows }, (_, cell) => {
    const row = rowsOf(centres, cell, cell + 1).data
    return row.reduce((sum, value) => sum + value * value, 0) / 2
  })
  const kept = new NearestKept(x.rows, count)
  for (let first = 0; first < x.rows; first += block) {
    const end = Math.min(x.rows, first + block)
    const { data } = await products.productRight(rowsOf(x, first, end), centres)
    for (let row = first, at = 0; row < end; row++, at += centres.rows) {
      for (let cell = 0; cell < centres.rows; cell++) data[at + cell]! -= half[cell]!
      kept.offer(row, data, at, centres.rows, 0, -1)
    }
  }
  return kept.sorted()
}

/** Rows by cell, each row in its first `count` cells. */
function groupByCell({ rows, k, ids }: Neighbours, cells: number, count: number): { of(cell: number): Int32Array } {
  const starts = new Uint32Array(cells + 1)
  const each = (visit: (row: number, cell: number) => void) => {
    for (let row = 0; row < rows; row++) for (let at = 0; at < count; at++) visit(row, ids[row * k + at]!)
  }
  each((_, cell) => starts[cell + 1]!++)
  for (let cell = 0; cell < cells; cell++) starts[cell + 1]! += starts[cell]!
  const next = starts.slice()
  const grouped = new Int32Array(rows * count)
  each((row, cell) => (grouped[next[cell]!++] = row))
  return { of: (cell) => grouped.subarray(starts[cell], starts[cell + 1]) }
}

function gathered(x: Matrix, rows: Int32Array): Matrix {
  const found = matrix(rows.length, x.columns)
  rows.forEach((row, at) => found.data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), at * x.columns))
  return found
}
