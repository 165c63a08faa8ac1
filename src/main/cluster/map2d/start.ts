/** Where rows stand before the layout is optimised: as in the layout before where there was one, else by principal components. */
import { EigenvalueDecomposition, Matrix as Dense } from 'ml-matrix'
import { type Matrix, matrix, type MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import type { Neighbours } from '../neighbours'

/** Standard deviation of a layout to begin with: near enough that neighbours still find each other. */
const spread = 5
const jitter = 0.01

/** float32 [rows, 2]: the first two principal components of `x`, whose columns are centred. */
export async function byComponents(x: Matrix, products: MatrixProducts, seed: number): Promise<Float32Array> {
  const draw = random(seed, 0x706361)
  const noise = () => jitter * draw.normal()
  if (x.columns < 2) return Float32Array.from({ length: x.rows * 2 }, noise)
  const { data } = await products.gram(x)
  const { eigenvectorMatrix } = new EigenvalueDecomposition(Dense.from1DArray(x.columns, x.columns, data), {
    assumeSymmetric: true,
  })
  const axes = matrix(x.columns, 2)
  for (const axis of [0, 1]) {
    const vector = eigenvectorMatrix.getColumn(x.columns - 1 - axis)
    // The sign of an eigenvector is arbitrary: the largest part points up.
    const largest = vector.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)
    vector.forEach((value, at) => (axes.data[at * 2 + axis] = largest < 0 ? -value : value))
  }
  return scaled((await products.product(x, axes)).data).map((value) => value + noise())
}

/** Rows without a position get the mean of their neighbours', or one of `otherwise` where no neighbour has one. */
export function byEarlier(earlier: Float32Array, { k, ids }: Neighbours, otherwise: Float32Array): Float32Array {
  return earlier.map((value, at) => {
    if (!Number.isNaN(value)) return value
    const row = at >> 1
    const known = [...ids.subarray(row * k, (row + 1) * k)].flatMap((id) => {
      const theirs = id < 0 ? NaN : earlier[id * 2 + (at & 1)]!
      return Number.isNaN(theirs) ? [] : [theirs]
    })
    if (known.length === 0) return otherwise[at]!
    // A little apart, so that rows with the same neighbours do not coincide.
    return known.reduce((sum, other) => sum + other, 0) / known.length + jitter * otherwise[at]!
  })
}

/** Centred and of the standard deviation to begin with; what is no number stays so. */
function scaled(positions: Float32Array): Float32Array {
  const known = positions.filter((value) => !Number.isNaN(value))
  const centre = [0, 1].map((axis) => {
    let [sum, count] = [0, 0]
    for (let at = axis; at < positions.length; at += 2) {
      if (Number.isNaN(positions[at]!)) continue
      sum += positions[at]!
      count++
    }
    return count ? sum / count : 0
  })
  let square = 0
  for (let at = 0; at < positions.length; at++) {
    if (!Number.isNaN(positions[at]!)) square += (positions[at]! - centre[at & 1]!) ** 2
  }
  const factor = square > 0 ? spread / Math.sqrt(square / known.length) : 0
  return positions.map((value, at) => (value - centre[at & 1]!) * factor)
}
