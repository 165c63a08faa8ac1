import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix, MatrixProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { neighboursByCells } from './cells'
import { centred, exactNeighbours } from './neighbours'
import { symmetricGraph } from './symmetric'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/** Rows on a curved surface of four dimensions within twelve, as embeddings lie. */
function surface(rows: number) {
  const draw = random(7)
  const mix = Array.from({ length: 4 * 12 }, () => draw.normal())
  const x = matrix(rows, 12)
  for (let row = 0; row < rows; row++) {
    const place = Array.from({ length: 4 }, () => draw.normal())
    for (let d = 0; d < 12; d++)
      x.data[row * 12 + d] = Math.sin(place.reduce((sum, value, at) => sum + value * mix[at * 12 + d]!, 0))
  }
  return centred(x)
}

test('neighbours by cells are nearly those of an exact search, each once and never the row itself', async () => {
  const x = surface(6000)
  const exact = await exactNeighbours(x, 10, products)
  const found = await neighboursByCells(x, 10, products)
  let right = 0
  for (let row = 0; row < x.rows; row++) {
    const mine = [...found.ids.subarray(row * 10, row * 10 + 10)]
    expect(new Set(mine).size).toBe(10)
    expect(mine).not.toContain(row)
    const truth = new Set(exact.ids.subarray(row * 10, row * 10 + 10))
    right += mine.filter((id) => truth.has(id)).length
  }
  expect(right / (x.rows * 10)).toBeGreaterThan(0.97)
})

test('rows that are all alike still have neighbours', async () => {
  const { ids } = await neighboursByCells(matrix(300, 3, new Float32Array(900).fill(1)), 5, products)
  expect(ids.every((id) => id >= 0)).toBe(true)
})

test('the symmetric graph holds both directions combined, for every pair', () => {
  const neighbours = { rows: 4, k: 2, ids: Int32Array.of(2, 1, 0, -1, 3, 0, 0, 2), similarities: new Float32Array(8) }
  const weight = (at: number) => at + 1
  const { starts, targets, weights } = symmetricGraph(neighbours, weight, (one, other) => one + 10 * other)
  const rows = Array.from({ length: 4 }, (_, row) =>
    Object.fromEntries(
      Array.from(targets.subarray(starts[row], starts[row + 1]), (target, at) => [target, weights[starts[row]! + at]!]),
    ),
  )
  expect(rows).toEqual([{ 1: 2 + 30, 2: 1 + 60, 3: 70 }, { 0: 3 + 20 }, { 0: 6 + 10, 3: 5 + 80 }, { 0: 7, 2: 8 + 50 }])
})
