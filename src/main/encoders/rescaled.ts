/** Parts of an embedding rescaled so that what alike images differ in counts for less. */
import { Graph } from '../engine/graph'
import { columnMeans, matrix, type Matrix, type MatrixProducts, normalizeRows } from '../engine/linear-algebra'
import { withBehind } from '../engine/onnx-model'
import { affine, type AffineMap } from './closed-form'
import type { Description } from './describe'
import { unitRows } from './joined'
import { whitening } from './linear-map'

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
  const bounds = parts.map((columns, part) => {
    const from = parts.slice(0, part).reduce((sum, before) => sum + before, 0)
    return [from, from + columns] as const
  })
  const maps: AffineMap[] = []
  for (const [from, until] of bounds) maps.push(await relevantComponents(columnsOf(rows, from, until), pairs, products))
  const model = withBehind(encoder.model, (output) => {
    const graph = new Graph('rescaled', 'rescaled_')
    const values = bounds.map(([from, until], part) => {
      const own = graph.node('Slice', [output, graph.int64([from]), graph.int64([until]), graph.int64([1])])
      return unitRows(graph, affine(graph, unitRows(graph, own), maps[part]!))
    })
    graph.node('Concat', values, { axis: 1 }, { output: 'rescaled' })
    graph.output('rescaled', 'float32', ['batch', encoder.columns])
    return graph
  })
  return { ...encoder, model }
}

/**
 * What pairs of rows of length 1 differ in becomes the same in all directions, the less so the fewer pairs there are.
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
  const weights = await whitening(differences, columns / (columns + pairs.length / pairsToDimension), products)
  const { data: shift } = await products.product(matrix(1, columns, columnMeans(rows)), weights)
  return { weights, offset: shift.map((value) => -value) }
}

function columnsOf({ rows, columns, data }: Matrix, from: number, until: number): Matrix {
  const part = matrix(rows, until - from)
  for (let row = 0; row < rows; row++)
    part.data.set(data.subarray(row * columns + from, row * columns + until), row * part.columns)
  return part
}
