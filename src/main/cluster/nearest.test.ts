import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Matrix, matrix, MatrixProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { kMeans } from './k-means'
import { centred, nearestNeighbours } from './neighbours'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

function normal(rows: number, columns: number, seed: number): Matrix {
  const draw = random(seed)
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => draw.normal()),
  )
}

const dot = (x: Matrix, a: number, b: number) => {
  let sum = 0
  for (let d = 0; d < x.columns; d++) sum += x.data[a * x.columns + d]! * x.data[b * x.columns + d]!
  return sum
}

test('neighbours are those of brute force', async () => {
  const x = centred(normal(80, 6, 1))
  const { k, ids, similarities } = await nearestNeighbours(x, 7, products)
  expect(k).toBe(7)
  for (let row = 0; row < 80; row++) {
    const others = [...Array(80).keys()].filter((other) => other !== row)
    const exact = others.sort((a, b) => dot(x, row, b) - dot(x, row, a)).slice(0, 7)
    expect([...ids.slice(row * 7, row * 7 + 7)]).toEqual(exact)
    exact.forEach((other, at) => expect(similarities[row * 7 + at]).toBeCloseTo(dot(x, row, other), 5))
  }
})

test('fewer rows than neighbours asked for', async () => {
  expect((await nearestNeighbours(centred(normal(3, 4, 2)), 20, products)).k).toBe(2)
  expect(await nearestNeighbours(centred(normal(1, 4, 2)), 20, products)).toMatchObject({ k: 0, rows: 1 })
})

test('k-means finds blobs, repeats under its seed, and never improves a centre by leaving it', async () => {
  const x = matrix(
    90,
    2,
    Float32Array.from(normal(90, 2, 3).data, (value, at) => value * 0.1 + (at % 2 === 0 ? Math.floor(at / 60) * 5 : 0)),
  )
  const { assignments, centres, distances } = await kMeans(x, 3, 5, products)
  for (let blob = 0; blob < 3; blob++) expect(new Set(assignments.slice(blob * 30, blob * 30 + 30)).size).toBe(1)
  expect(new Set(assignments).size).toBe(3)
  expect((await kMeans(x, 3, 5, products)).assignments).toEqual(assignments)
  for (let row = 0; row < 90; row++) {
    const toCentre = (c: number) =>
      (x.data[row * 2]! - centres.data[c * 2]!) ** 2 + (x.data[row * 2 + 1]! - centres.data[c * 2 + 1]!) ** 2
    expect(Math.min(...[0, 1, 2].map(toCentre))).toBeCloseTo(distances[row]!, 3)
  }
})

test('k-means of rows that are all alike has one centre', async () => {
  const { centres } = await kMeans(matrix(10, 3, new Float32Array(30).fill(1)), 4, 0, products)
  expect(centres.rows).toBe(1)
})
