/** The first blocks of the stock encoder as layers beside the runtime on the file itself. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { exportForward } from '../engine/forward'
import { Graph } from '../engine/graph'
import { Blueprint } from '../engine/layers/network'
import { between, makersOf } from '../engine/onnx-model'
import { random } from '../engine/random'
import { withSession } from '../engine/session'
import { stemWeights, stockGrid, stockStem } from './stock-stem'

const file = readFileSync(join(import.meta.dirname, '../../../resources/encoders/stock.onnx'))
const draws = random(7)
const pixelsOf = (count: number, side: number) => Uint8Array.from({ length: count * side * side * 3 }, () => draws.below(256))

/** By the file itself: the sixth sum is behind block 5, the first two of the 24, the next two of the 32 channels. */
async function byFile(pixels: Uint8Array, count: number, side: number): Promise<Float32Array> {
  const sums = [...makersOf(file)].filter(([, { operator }]) => operator === 'Add').map(([name]) => name)
  const before = new Graph('planes', 'planes_')
  const images = before.input('images', 'uint8', ['batch', side, side, 3])
  const planes = before.node('Transpose', [before.node('Cast', [images], { to: 1 })], { perm: [0, 3, 1, 2] })
  const scaled = before.node('Sub', [before.node('Mul', [planes, before.float(2 / 255)]), before.float(1)])
  before.node('Identity', [scaled], {}, { output: 'planes' })
  const behind = new Graph('tap', 'tap_')
  behind.node('Transpose', [sums[2]!], { perm: [0, 2, 3, 1] }, { output: 'tapped' })
  behind.output('tapped', 'float32')
  return withSession(between(file, before, behind), { threads: 1 }, (session) =>
    session.values({ images: { type: 'uint8', shape: [count, side, side, 3], data: pixels } }),
  )
}

async function byLayers(pixels: Uint8Array, count: number, side: number, size: number): Promise<Float32Array> {
  const plan = new Blueprint(0)
  const layer = stockStem(plan, size)
  const variables = stemWeights(file)
  expect(Object.entries(plan.statistics).map(([name, { shape }]) => [name, shape])).toEqual(
    Object.entries(variables).map(([name, { shape }]) => [name, shape]),
  )
  expect(plan.weights).toEqual({})
  const model = await exportForward(
    (constants, { images }) => ({ map: layer(images!, { variables: constants, training: false, renewed: {} }) }),
    { variables, inputs: { images: { shape: [side, side, 3], type: 'uint8' } } },
  )
  return withSession(model, { threads: 1 }, (session) =>
    session.values({ images: { type: 'uint8', shape: [count, side, side, 3], data: pixels } }),
  )
}

it.each([
  ['whole images', 64],
  ['quarters of larger ones', 32],
])('gives what the file gives: %s', async (_, side) => {
  const pixels = pixelsOf(2, side)
  const [ours, its] = [await byLayers(pixels, 2, side, 64), await byFile(pixels, 2, side)]
  expect(ours.length).toBe(2 * (side / 8) ** 2 * 32)
  const largest = Math.max(...its.map(Math.abs))
  expect(largest).toBeGreaterThan(1)
  ours.forEach((value, at) => expect(Math.abs(value - its[at]!)).toBeLessThan(1e-4 * largest))
})

it('looks at small images as enlarged, each pixel between its neighbours', async () => {
  // Of one colour, enlarged is the same.
  const flat = (side: number) => new Uint8Array(side * side * 3).fill(90)
  const [small, whole] = [await byLayers(flat(32), 1, 32, 32), await byLayers(flat(64), 1, 64, 64)]
  expect(small.length).toBe(stockGrid ** 2 * 32)
  small.forEach((value, at) => expect(value).toBeCloseTo(whole[at]!, 3))
})
