/** Linear probe: how well a linear classifier on the embeddings tells classes apart that it has not seen the sample of. */
import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix'
import { columnMeans, type Matrix, matrix, type MatrixProducts, shiftRows } from '../engine/linear-algebra'

/** Weights of the squared norm, as shares of the largest eigenvalue. */
const penalties = [1e-4, 1e-3, 1e-2, 1e-1, 1]
/** Eigenvalues below this share of the largest are rounding. */
const rounding = 1e-6

/**
 * Leave-one-out accuracy of ridge regression to the classes (one-hot, intercept free): each sample is told by a fit without it, exact and
 * without fitting again (Allen 1974, PRESS: ŷ₋ᵢ = yᵢ − (yᵢ − ŷᵢ) / (1 − hᵢᵢ)). The penalty is the one with the least squared error
 * left out.
 * @param x [samples, dimensions]
 * @param classes one per sample, 0 … classCount − 1
 * @returns 0–1; of equal scores the lower class wins
 */
export async function linearProbe(x: Matrix, classes: ArrayLike<number>, products: MatrixProducts): Promise<number> {
  const { rows } = x
  if (rows < 2) return 0
  const classCount = Array.from(classes).reduce((most, one) => Math.max(most, one), 0) + 1
  const { left, values } = await leftVectors(shiftRows(x, columnMeans(x)), products)
  const targets = matrix(rows, classCount)
  for (let row = 0; row < rows; row++) targets.data[row * classCount + classes[row]!] = 1
  const means = columnMeans(targets)
  const along = await products.productLeft(left, shiftRows(targets, means))
  const tried = await Promise.all(
    penalties.map(async (penalty) => {
      const kept = values.map((value) => value / (value + penalty * values[0]!))
      const fitted = await products.product(left, scaledRows(along, kept))
      return leftOut(targets, { fitted, means, leverages: leverages(left, kept) })
    }),
  )
  const best = tried.reduce((one, other) => (other.error < one.error ? other : one))
  const right = best.guesses.filter((guess, row) => guess === classes[row])
  return right.length / rows
}

/** Left singular vectors [rows, rank] of centred rows, and squared singular values, the largest first. */
async function leftVectors(x: Matrix, products: MatrixProducts): Promise<{ left: Matrix; values: number[] }> {
  const wide = x.rows <= x.columns
  const gram = wide ? await products.productRight(x, x) : await products.productLeft(x, x)
  const found = new EigenvalueDecomposition(DenseMatrix.from1DArray(gram.rows, gram.columns, gram.data), {
    assumeSymmetric: true,
  })
  const order = found.realEigenvalues.map((value, at) => ({ value, at })).sort((a, b) => b.value - a.value)
  const kept = order.filter(({ value }) => value > rounding * order[0]!.value)
  const vectors = matrix(gram.rows, kept.length)
  kept.forEach(({ at, value }, column) => {
    for (let row = 0; row < gram.rows; row++)
      vectors.data[row * kept.length + column] = found.eigenvectorMatrix.get(row, at) / (wide ? 1 : Math.sqrt(value))
  })
  return { left: wide ? vectors : await products.product(x, vectors), values: kept.map(({ value }) => value) }
}

function scaledRows({ rows, columns, data }: Matrix, factors: readonly number[]): Matrix {
  return matrix(
    rows,
    columns,
    data.map((value, at) => value * factors[Math.floor(at / columns)]!),
  )
}

/** Diagonal of the hat matrix, the intercept's share included. */
function leverages({ rows, columns, data }: Matrix, kept: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, row) =>
    kept.reduce((sum, weight, column) => sum + weight * data[row * columns + column]! ** 2, 1 / rows),
  )
}

function leftOut(
  { rows, columns, data }: Matrix,
  { fitted, means, leverages: h }: { fitted: Matrix; means: Float32Array; leverages: readonly number[] },
) {
  let error = 0
  const guesses = Array.from({ length: rows }, (_, row) => {
    let [guess, highest] = [0, -Infinity]
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column
      const residual = (data[at]! - means[column]! - fitted.data[at]!) / Math.max(1 - h[row]!, 1e-9)
      error += residual ** 2
      const score = data[at]! - residual
      if (score > highest) [guess, highest] = [column, score]
    }
    return guess
  })
  return { error, guesses }
}
