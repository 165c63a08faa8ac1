import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix, MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { centred, nearestNeighbours } from '../neighbours'
import { layOut } from './layout'
import { preservation } from './preservation'
import { alignTo } from './procrustes'
import { readMap, writeMap } from './stored'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

const blobs = 4
const each = 60

/** Four blobs in eight dimensions. */
async function blobRows(seed: number) {
  const draw = random(seed)
  const data = Float32Array.from({ length: blobs * each * 8 }, (_, at) => {
    const blob = Math.floor(at / 8 / each)
    return (at % 8 === blob ? 1 : 0) + 0.15 * draw.normal()
  })
  const x = centred(matrix(blobs * each, 8, data))
  return { x, neighbours: await nearestNeighbours(x, 20, products) }
}

async function layout(seed: number, earlier: Float32Array | null = null) {
  const { x, neighbours } = await blobRows(3)
  const steps = layOut(x, neighbours, { seed, products, earlier })
  for (;;) {
    const step = await steps.next()
    if (step.done) return { positions: step.value, neighbours }
  }
}

const distance = (positions: Float32Array, a: number, b: number) =>
  Math.hypot(positions[a * 2]! - positions[b * 2]!, positions[a * 2 + 1]! - positions[b * 2 + 1]!)

test('blobs stay together and apart; the same seed gives the same layout', async () => {
  const { positions, neighbours } = await layout(0)
  expect((await layout(0)).positions).toEqual(positions)
  let nearest = 0
  for (let row = 0; row < blobs * each; row++) {
    const others = [...Array(blobs * each).keys()].filter((other) => other !== row)
    const first = others.reduce((best, other) =>
      distance(positions, row, other) < distance(positions, row, best) ? other : best,
    )
    if (Math.floor(first / each) === Math.floor(row / each)) nearest++
  }
  expect(nearest / (blobs * each)).toBeGreaterThan(0.97)
  expect(preservation(neighbours, positions)).toBeGreaterThan(0.3)
})

test('a layout that goes on from an earlier one lies as it did, new rows beside their neighbours', async () => {
  const { positions } = await layout(0)
  const earlier = positions.slice()
  for (let row = 0; row < 10; row++) earlier.fill(NaN, row * 2, row * 2 + 2)
  const next = (await layout(1, earlier)).positions
  const span = Math.max(...positions) - Math.min(...positions)
  const moved = [...Array(blobs * each).keys()].map((row) =>
    Math.hypot(next[row * 2]! - positions[row * 2]!, next[row * 2 + 1]! - positions[row * 2 + 1]!),
  )
  moved.sort((a, b) => a - b)
  expect(moved[moved.length >> 1]! / span).toBeLessThan(0.1)
})

test('preservation by brute force', async () => {
  const { positions, neighbours } = await layout(0)
  let kept = 0
  for (let row = 0; row < blobs * each; row++) {
    const near = [...Array(blobs * each).keys()]
      .filter((other) => other !== row)
      .sort((a, b) => distance(positions, row, a) - distance(positions, row, b))
      .slice(0, 15)
    for (let at = 0; at < 15; at++) if (near.includes(neighbours.ids[row * neighbours.k + at]!)) kept++
  }
  expect(preservation(neighbours, positions)).toBeCloseTo(kept / (blobs * each * 15), 6)
})

test('Procrustes undoes turning, mirroring, scaling and shifting', () => {
  const draw = random(5)
  const wanted = Float32Array.from({ length: 40 }, () => draw.normal())
  const [cos, sin] = [Math.cos(2), Math.sin(2)]
  const changed = wanted.slice()
  for (let at = 0; at < 40; at += 2) {
    const [x, y] = [wanted[at]!, -wanted[at + 1]!]
    changed[at] = 3 * (cos * x - sin * y) + 7
    changed[at + 1] = 3 * (sin * x + cos * y) - 2
  }
  const known = wanted.slice()
  known.fill(NaN, 0, 4)
  alignTo(known, changed)
  wanted.forEach((value, at) => expect(changed[at]).toBeCloseTo(value, 4))
})

test.each([1, 2, 3])('%i images', async (rows) => {
  const x = centred(
    matrix(
      rows,
      3,
      Float32Array.from({ length: rows * 3 }, (_, at) => at % 4),
    ),
  )
  const neighbours = await nearestNeighbours(x, 20, products)
  const steps = layOut(x, neighbours, { seed: 0, products, earlier: null })
  let step = await steps.next()
  while (!step.done) step = await steps.next()
  expect(step.value.length).toBe(rows * 2)
  expect(step.value.every(Number.isFinite)).toBe(true)
})

test('what is stored is what is read; damage is noticed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-map-'))
  expect(readMap(folder)).toBeNull()
  const stored = { positions: Float32Array.of(1, 2, NaN, NaN, -3, 4), preservation: 0.25 }
  writeMap(folder, stored)
  expect(readMap(folder)).toEqual(stored)
  writeFileSync(join(folder, 'map2d.bin'), 'rest')
  expect(readMap(folder)).toBeNull()
})
