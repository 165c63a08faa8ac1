import { afterAll, beforeAll, expect, it } from 'vitest'
import { matrix, MatrixProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { knnAccuracy } from './knn-accuracy'

let products: MatrixProducts
beforeAll(async () => {
  products = await MatrixProducts.create(1)
})
afterAll(() => products.dispose())

function bruteForce(rows: number[][], classes: number[], k: number): number {
  const mean = rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length)
  const centred = rows.map((row) => row.map((value, d) => value - mean[d]!))
  const unit = centred.map((row) => row.map((value) => value / Math.hypot(...row)))
  const right = unit.filter((row, index) => {
    const others = unit
      .map((other, at) => ({ at, similarity: row.reduce((sum, value, d) => sum + value * other[d]!, 0) }))
      .filter(({ at }) => at !== index)
      .sort((a, b) => b.similarity - a.similarity)
    const votes = [0, 1, 2].map((one) =>
      others.slice(0, k).reduce((sum, { at, similarity }) => sum + (classes[at] === one ? Math.exp(similarity / 0.1) : 0), 0),
    )
    return votes.indexOf(Math.max(...votes)) === classes[index]
  })
  return right.length / rows.length
}

it('equals brute force', async () => {
  const from = random(1)
  const classes = Array.from({ length: 60 }, (_, index) => index % 3)
  const rows = classes.map((one) => Array.from({ length: 6 }, (_, d) => from.normal() + (d === one ? 1.5 : 0)))
  const x = matrix(60, 6, Float32Array.from(rows.flat()))
  const accuracy = await knnAccuracy(x, classes, products)
  expect(accuracy).toBeCloseTo(bruteForce(rows, classes, 5), 6)
  expect(accuracy).toBeGreaterThan(0.4)
})

it('copes with fewer samples than neighbours, one and none', async () => {
  const x = matrix(3, 2, Float32Array.of(1, 0, 0.9, 0.1, 1, 0.1))
  expect(await knnAccuracy(x, [0, 0, 0], products)).toBe(1)
  expect(await knnAccuracy(matrix(1, 2, Float32Array.of(1, 0)), [0], products)).toBe(0)
  expect(await knnAccuracy(matrix(0, 2), [], products)).toBe(0)
})
