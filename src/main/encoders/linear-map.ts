/** The second stage of the instant encoder: principal components, then the directions that views of a sample share. */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix'
import { matrix, type Matrix, type MatrixProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'

export interface Components {
  /** [features, components], orthonormal columns, largest variance first. */
  readonly basis: Matrix
  readonly variances: Float64Array
}

const powerRounds = 1

/**
 * Principal components by randomised subspace iteration (Halko, Martinsson & Tropp, 2011).
 * @param centred [samples, features], columns of mean zero
 */
export async function principalComponents(
  centred: Matrix,
  count: number,
  seed: number,
  products: MatrixProducts,
): Promise<Components> {
  const rank = Math.min(centred.rows, centred.columns)
  const width = Math.min(rank, count + Math.min(64, count))
  const draws = random(seed, width)
  const start = matrix(
    centred.rows,
    width,
    Float32Array.from({ length: centred.rows * width }, () => draws.normal()),
  )
  let basis = await orthonormal(await products.productLeft(centred, start), products)
  for (let round = 0; round < powerRounds; round++) {
    const rows = await orthonormal(await products.product(centred, basis), products)
    basis = await orthonormal(await products.productLeft(centred, rows), products)
  }
  const reduced = await products.product(centred, basis)
  const { values, vectors } = eigen(dense(await products.gram(reduced)).div(centred.rows))
  const kept = Math.min(count, telling(values))
  const rotation = matrix(basis.columns, kept, columnsOf(vectors, kept))
  return { basis: await products.product(basis, rotation), variances: Float64Array.from(values.slice(0, kept)) }
}

/** Below this share of the largest variance, float32 cannot tell a direction from rounding. */
const resolution = 1e-6

/** How many of these, largest first, are more than rounding. */
const telling = (values: number[]) => values.filter((value) => value > values[0]! * resolution).length

/** An orthonormal basis of the columns of `x`, without directions that are mere rounding. */
async function orthonormal(x: Matrix, products: MatrixProducts): Promise<Matrix> {
  const { values, vectors } = eigen(dense(await products.gram(x)))
  const kept = telling(values)
  if (kept === 0) return matrix(x.rows, 0)
  const whitener = matrix(x.columns, kept, columnsOf(vectors, kept))
  whitener.data.forEach((value, at) => (whitener.data[at] = value / Math.sqrt(values[at % kept]!)))
  const rough = await products.product(x, whitener)
  const upper = new CholeskyDecomposition(dense(await products.gram(rough))).lowerTriangularMatrix.transpose()
  return products.product(rough, fromDense(invertUpper(upper)))
}

export interface SharedDirections {
  /** [components, dimensions]. */
  readonly map: Matrix
  /** Share of each direction's variance that lies between samples rather than between views of one, 0–1, descending. */
  readonly shares: Float64Array
}

/**
 * What views of a sample share: the generalised eigenproblem of the unbiased between-sample covariance against the total
 * one, the closed form of linear VICReg (Balestriero & LeCun, 2022).
 * @param total [d, d] covariance of all views of all samples
 * @param meanOfViews [d, d] covariance of each sample's mean view
 */
export function sharedDirections(
  total: Matrix,
  meanOfViews: Matrix,
  views: number,
  dimensions: number,
  ridge: number,
): SharedDirections {
  const whole = dense(total)
  const between = dense(meanOfViews)
    .mul(views)
    .sub(whole)
    .div(views - 1)
  const extra = (ridge * whole.trace()) / whole.rows + 1e-30
  for (let index = 0; index < whole.rows; index++) whole.set(index, index, whole.get(index, index) + extra)
  const lower = new CholeskyDecomposition(whole).lowerTriangularMatrix
  const upperInverse = invertUpper(lower.transpose())
  const inner = upperInverse.transpose().mmul(between).mmul(upperInverse)
  const { values, vectors } = eigen(inner)
  const kept = Math.min(dimensions, values.length)
  const map = upperInverse.mmul(vectors.subMatrix(0, vectors.rows - 1, 0, kept - 1))
  return {
    map: fromDense(map),
    shares: Float64Array.from(values.slice(0, kept), (value) => Math.min(1, Math.max(0, value))),
  }
}

/**
 * Relevant component analysis (Bar-Hillel et al. 2005, section 3): with these weights the differences have the same covariance in all directions, once it is
 * shrunk to a multiple of the identity.
 * @param differences [pairs, d]
 * @param own of that multiple, 0–1
 * @returns [d, d]
 */
export async function whitening(differences: Matrix, own: number, products: MatrixProducts): Promise<Matrix> {
  const within = dense(await products.gram(differences)).div(2 * Math.max(1, differences.rows))
  const mean = within.trace() / within.rows || 1
  const { values, vectors } = eigen(within.mul(1 - own).add(DenseMatrix.eye(within.rows).mul(own * mean)))
  return fromDense(vectors.mulRowVector(values.map((value) => Math.sqrt(mean / value))))
}

function eigen(symmetric: DenseMatrix): { values: number[]; vectors: DenseMatrix } {
  if (symmetric.rows === 0) return { values: [], vectors: symmetric }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, index) => index).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const vectors = new DenseMatrix(symmetric.rows, symmetric.rows)
  order.forEach((from, to) => vectors.setColumn(to, eigenvectorMatrix.getColumn(from)))
  return { values: order.map((index) => realEigenvalues[index]!), vectors }
}

function invertUpper(upper: DenseMatrix): DenseMatrix {
  const side = upper.rows
  const result = DenseMatrix.zeros(side, side)
  for (let column = 0; column < side; column++) {
    result.set(column, column, 1 / upper.get(column, column))
    for (let row = column - 1; row >= 0; row--) {
      let sum = 0
      for (let k = row + 1; k <= column; k++) sum += upper.get(row, k) * result.get(k, column)
      result.set(row, column, -sum / upper.get(row, row))
    }
  }
  return result
}

const dense = ({ rows, columns, data }: Matrix) =>
  rows * columns === 0 ? DenseMatrix.zeros(rows, columns) : DenseMatrix.from1DArray(rows, columns, data)
const fromDense = (x: DenseMatrix) => matrix(x.rows, x.columns, Float32Array.from(x.to1DArray()))
function columnsOf(x: DenseMatrix, count: number): Float32Array {
  const result = new Float32Array(x.rows * count)
  for (let row = 0; row < x.rows; row++)
    for (let column = 0; column < count; column++) result[row * count + column] = x.get(row, column)
  return result
}
