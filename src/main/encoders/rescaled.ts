/** Parts of an embedding rescaled so that what alike images differ in counts for less. */
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix'
import { Graph } from '../engine/graph'
import { columnMeans, matrix, type Matrix, type MatrixProducts, normalizeRows } from '../engine/linear-algebra'
import { withBehind } from '../engine/onnx-model'
import { affine, type AffineMap } from './closed-form'
import type { Description } from './describe'
import { unitRows } from './joined'

/** Positions of two rows. */
export type Pair = readonly [number, number]

/** Pairs to a dimension by which what they differ in counts as much as a difference that is the same in all directions. */
const pairsToDimension = 32

/**
 * Each part behind a map of its own, and of length 1.
 * @param parts columns of each, which are all of the encoder's
 * @param rows of alike images: [images, …], the encoder's columns first, however long its parts are there
 */
export async function rescaled(
  encoder: Description,
  parts: readonly number[],
  rows: Matrix,
  pairs: readonly Pair[],
  products: MatrixProducts,
): Promise<Description> {
  const maps: AffineMap[] = []
  let start = 0
  for (const columns of parts) maps.push(await relevantComponents(columnsOf(rows, start, (start += columns)), pairs, products))
  const model = withBehind(encoder.model, (output) => {
    const graph = new Graph('rescaled', 'rescaled_')
    let from = 0
    const values = maps.map((map) => {
      const until = from + map.weights.rows
      const bounds = [graph.int64([from]), graph.int64([until]), graph.int64([1])]
      from = until
      return unitRows(graph, affine(graph, unitRows(graph, graph.node('Slice', [output, ...bounds])), map))
    })
    graph.node('Concat', values, { axis: 1 }, { output: 'rescaled' })
    graph.output('rescaled', 'float32', ['batch', from])
    return graph
  })
  return { ...encoder, model }
}

/**
 * Relevant component analysis (Bar-Hillel et al. 2005, section 3) of rows of length 1: the covariance within pairs becomes the same in all directions. With
 * few pairs it is shrunk to a multiple of the identity, as in Ledoit & Wolf (2004).
 * @param rows [images, dimensions], brought to length 1 in place
 * @param pairs positions of alike images
 */
export async function relevantComponents(rows: Matrix, pairs: readonly Pair[], products: MatrixProducts): Promise<AffineMap> {
  const { columns, data } = normalizeRows(rows)
  const differences = matrix(pairs.length, columns)
  pairs.forEach(([one, other], at) => {
    for (let column = 0; column < columns; column++) {
      differences.data[at * columns + column] = data[one * columns + column]! - data[other * columns + column]!
    }
  })
  const within = new DenseMatrix(Array.from({ length: columns }, () => new Array<number>(columns).fill(0)))
  const gram = await products.gram(differences)
  gram.data.forEach((value, at) => within.set(Math.floor(at / columns), at % columns, value / (2 * Math.max(1, pairs.length))))
  const mean = within.trace() / columns || 1
  const own = columns / (columns + pairs.length / pairsToDimension)
  within.mul(1 - own)
  for (let column = 0; column < columns; column++) within.set(column, column, within.get(column, column) + own * mean)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(within, { assumeSymmetric: true })
  const weights = matrix(columns, columns)
  weights.data.forEach((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns]
    weights.data[at] = eigenvectorMatrix.get(row, column) / Math.sqrt(realEigenvalues[column]! / mean)
  })
  const { data: shift } = await products.product(matrix(1, columns, columnMeans(rows)), weights)
  return { weights, offset: shift.map((value) => -value) }
}

function columnsOf({ rows, columns, data }: Matrix, from: number, until: number): Matrix {
  const part = matrix(rows, until - from)
  for (let row = 0; row < rows; row++)
    part.data.set(data.subarray(row * columns + from, row * columns + until), row * part.columns)
  return part
}
