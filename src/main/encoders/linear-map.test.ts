import { EigenvalueDecomposition, inverse, Matrix as DenseMatrix } from 'ml-matrix'
import { describe, expect, it } from 'vitest'
import { columnMeans, type Matrix, matrix, shiftRows, withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { principalComponents, sharedDirections } from './linear-map'

const dense = ({ rows, columns, data }: Matrix) => DenseMatrix.from1DArray(rows, columns, data)

/** Rows with falling variance per direction. */
function samples(rows: number, columns: number): Matrix {
  const from = random(3, rows)
  const x = matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, (_, at) => from.normal() / (1 + (at % columns))),
  )
  return shiftRows(x, columnMeans(x))
}

describe('principal components', () => {
  it('are orthonormal and carry the largest variances', () =>
    withProducts(1, async (products) => {
      const x = samples(80, 12)
      const { basis, variances } = await principalComponents(x, 4, 0, products)
      const covariance = dense(x).transpose().mmul(dense(x)).div(80)
      const exact = new EigenvalueDecomposition(covariance, { assumeSymmetric: true }).realEigenvalues.sort((a, b) => b - a)
      const gram = dense(basis).transpose().mmul(dense(basis))
      for (let i = 0; i < 4; i++) {
        expect(Math.abs(variances[i]! / exact[i]! - 1)).toBeLessThan(0.03)
        for (let j = 0; j < 4; j++) expect(gram.get(i, j)).toBeCloseTo(i === j ? 1 : 0, 4)
      }
    }))

  it('are no more than there are directions, and none where nothing varies', () =>
    withProducts(1, async (products) => {
      expect((await principalComponents(samples(4, 12), 9, 0, products)).basis.columns).toBe(3)
      expect((await principalComponents(matrix(5, 12), 9, 0, products)).basis.columns).toBe(0)
    }))
})

describe('shared directions', () => {
  const [views, count, d] = [5, 200, 6]
  const from = random(11)
  /** Direction k: signal of variance 1, noise of variance k between views. */
  const seen = Array.from({ length: views }, () => matrix(count, d))
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < d; k++) {
      const signal = from.normal()
      for (const view of seen) view.data[row * d + k] = signal + from.normal() * Math.sqrt(k)
    }
  }
  const covariance = (x: DenseMatrix) => x.transpose().mmul(x).div(x.rows)
  const everything = seen.map(dense)
  const overall = everything.reduce((sum, x) => sum.add(x), DenseMatrix.zeros(count, d)).div(views)
  const centre = overall.mean('column')
  for (const x of [...everything, overall]) x.subRowVector(centre)
  const total = everything.reduce((sum, x) => sum.add(covariance(x)), DenseMatrix.zeros(d, d)).div(views)
  const meanOfViews = covariance(overall)
  const asMatrix = (x: DenseMatrix) => matrix(x.rows, x.columns, Float32Array.from(x.to1DArray()))

  it('solve the generalised eigenproblem', () => {
    const { map, shares } = sharedDirections(asMatrix(total), asMatrix(meanOfViews), views, d, 0)
    const between = meanOfViews
      .clone()
      .mul(views)
      .sub(total)
      .div(views - 1)
    const exact = new EigenvalueDecomposition(inverse(total).mmul(between)).realEigenvalues.sort((a, b) => b - a)
    shares.forEach((share, k) => expect(share).toBeCloseTo(Math.max(0, Math.min(1, exact[k]!)), 3))
    const whitened = dense(map).transpose().mmul(total).mmul(dense(map))
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) expect(whitened.get(i, j)).toBeCloseTo(i === j ? 1 : 0, 3)
  })

  it('find the share of variance that views have in common', () => {
    const { shares } = sharedDirections(asMatrix(total), asMatrix(meanOfViews), views, d, 0)
    shares.forEach((share, k) => expect(Math.abs(share - 1 / (1 + k))).toBeLessThan(0.15))
  })

  it('stay finite without any variance', () => {
    const nothing = matrix(d, d)
    const { map, shares } = sharedDirections(nothing, nothing, views, d, 0.1)
    expect([...map.data, ...shares].every(Number.isFinite)).toBe(true)
  })
})
