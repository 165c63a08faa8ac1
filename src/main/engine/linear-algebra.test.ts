import { afterAll, beforeAll, expect, it } from 'vitest'
import { columnMeans, matrix, MatrixProducts, normalizeRows, rowsOf, shiftRows, type Matrix } from './linear-algebra'

let products: MatrixProducts
beforeAll(async () => {
  products = await MatrixProducts.create(1)
})
afterAll(() => products.dispose())

const sample = (rows: number, columns: number, salt: number) =>
  matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i * 1.7 + salt)),
  )

function reference(rows: number, columns: number, inner: number, term: (i: number, j: number, k: number) => number): Matrix {
  const result = matrix(rows, columns)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) for (let k = 0; k < inner; k++) result.data[i * columns + j]! += term(i, j, k)
  return result
}

function expectClose(actual: Matrix, expected: Matrix) {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns])
  actual.data.forEach((value, at) => expect(value).toBeCloseTo(expected.data[at]!, 4))
}

it('multiplies plainly and with either side transposed', async () => {
  const a = sample(5, 7, 0)
  const b = sample(7, 3, 1)
  const c = sample(5, 4, 2)
  const d = sample(6, 7, 3)
  expectClose(
    await products.product(a, b),
    reference(5, 3, 7, (i, j, k) => a.data[i * 7 + k]! * b.data[k * 3 + j]!),
  )
  expectClose(
    await products.productLeft(a, c),
    reference(7, 4, 5, (i, j, k) => a.data[k * 7 + i]! * c.data[k * 4 + j]!),
  )
  expectClose(
    await products.productRight(a, d),
    reference(5, 6, 7, (i, j, k) => a.data[i * 7 + k]! * d.data[j * 7 + k]!),
  )
})

it('answers a symmetric Gram matrix', async () => {
  const x = sample(40, 9, 4)
  const gram = await products.gram(x)
  expectClose(
    gram,
    reference(9, 9, 40, (i, j, k) => x.data[k * 9 + i]! * x.data[k * 9 + j]!),
  )
  for (let i = 0; i < 9; i++) for (let j = 0; j < 9; j++) expect(gram.data[i * 9 + j]).toBe(gram.data[j * 9 + i])
})

it('refuses sides that do not fit and answers empty products', async () => {
  await expect(products.product(sample(2, 3, 0), sample(2, 3, 0))).rejects.toThrow('2 × 3 by 2 × 3')
  expectClose(await products.product(matrix(0, 3), sample(3, 2, 0)), matrix(0, 2))
})

it('centres columns and normalises rows, leaving zero rows zero', () => {
  const x = matrix(2, 2, Float32Array.of(3, 4, 0, 0))
  expect([...columnMeans(x)]).toEqual([1.5, 2])
  expect([...shiftRows(x, [3, 4]).data]).toEqual([0, 0, -3, -4])
  const unit = normalizeRows(x)
  expectClose(unit, matrix(2, 2, Float32Array.of(0.6, 0.8, 0, 0)))
  expect(rowsOf(unit, 1, 2).data).toEqual(Float32Array.of(0, 0))
})

it('gives the softmax of shifted products, large ones included', async () => {
  const [a, b] = [sample(5, 7, 0), sample(4, 7, 3)]
  a.data[3] = 300
  const shift = Float32Array.of(0.5, -1, 2, 0)
  const scores = reference(5, 4, 7, (i, j, k) => a.data[i * 7 + k]! * b.data[j * 7 + k]!)
  const expected = matrix(5, 4)
  for (let i = 0; i < 5; i++) {
    const row = [0, 1, 2, 3].map((j) => scores.data[i * 4 + j]! + shift[j]!)
    const powers = row.map((value) => Math.exp(value - Math.max(...row)))
    const total = powers.reduce((sum, one) => sum + one, 0)
    powers.forEach((power, j) => (expected.data[i * 4 + j] = power / total))
  }
  expectClose(await products.softmaxRight(a, b, shift), expected)
})
