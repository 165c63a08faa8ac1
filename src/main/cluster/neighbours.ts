/** Exact nearest neighbours by cosine: blocks of matrix products on ONNX Runtime, the largest kept here. */
import { columnMeans, type Matrix, type MatrixProducts, normalizeRows, rowsOf, shiftRows } from '../engine/linear-algebra'

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

/** Rows of a block: their similarities to all rows stay under some 100 MB. */
const blockRows = (rows: number) => Math.max(16, Math.min(1024, Math.floor(25e6 / rows)))

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
  const ids = new Int32Array(x.rows * k)
  const similarities = new Float32Array(x.rows * k)
  const block = blockRows(x.rows)
  for (let first = 0; first < x.rows && k > 0; first += block) {
    const end = Math.min(x.rows, first + block)
    const { data } = await products.productRight(rowsOf(x, first, end), x)
    for (let row = first; row < end; row++) {
      const mine = data.subarray((row - first) * x.rows, (row - first + 1) * x.rows)
      mine[row] = -Infinity
      largest(mine, k, ids.subarray(row * k, (row + 1) * k), similarities.subarray(row * k, (row + 1) * k))
    }
    report?.(end)
  }
  return { rows: x.rows, k, ids, similarities }
}

/** The k largest values and where they are, largest first; of equal ones the first. A heap whose root is the least kept. */
export function largest(values: Float32Array, k: number, ids: Int32Array, kept: Float32Array): void {
  for (let at = 0; at < k; at++) {
    ids[at] = at
    kept[at] = values[at]!
  }
  for (let at = (k >> 1) - 1; at >= 0; at--) sink(at, k, ids, kept)
  for (let at = k; at < values.length; at++) {
    if (values[at]! <= kept[0]!) continue
    ids[0] = at
    kept[0] = values[at]!
    sink(0, k, ids, kept)
  }
  for (let end = k - 1; end > 0; end--) {
    swap(0, end, ids, kept)
    sink(0, end, ids, kept)
  }
}

/** Less similar, or as similar and further back. */
const below = (a: number, b: number, ids: Int32Array, kept: Float32Array) =>
  kept[a]! < kept[b]! || (kept[a] === kept[b] && ids[a]! > ids[b]!)

function sink(from: number, length: number, ids: Int32Array, kept: Float32Array): void {
  for (let at = from; ;) {
    let least = at
    for (const child of [2 * at + 1, 2 * at + 2]) if (child < length && below(child, least, ids, kept)) least = child
    if (least === at) return
    swap(at, least, ids, kept)
    at = least
  }
}

function swap(a: number, b: number, ids: Int32Array, kept: Float32Array): void {
  const [id, value] = [ids[a]!, kept[a]!]
  ids[a] = ids[b]!
  kept[a] = kept[b]!
  ids[b] = id
  kept[b] = value
}
