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

/** By the file itself: the third sum is behind block 5; the first is of the 24 channels, the next two of the 32. */
async function byFile(pixels: Uint8Array, count: number, side: number, enlarged = 1): Promise<Float32Array> {
  const sums = [...makersOf(file)].filter(([, { operator }]) => operator === 'Add').map(([name]) => name)
  const before = new Graph('planes', 'planes_')
  const images = before.input('images', 'uint8', ['batch', side, side, 3])
  const planes = before.node('Transpose', [before.node('Cast', [images], { to: 1 })], { perm: [0, 3, 1, 2] })
  const scaled = before.node('Sub', [before.node('Mul', [planes, before.float(2 / 255)]), before.float(1)])
  const linear = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
  before.node('Resize', [scaled, '', before.float([1, 1, enlarged, enlarged])], linear, { output: 'planes' })
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
  { what: 'whole images', side: 64, size: 64, enlarged: 1 },
  { what: 'quarters of them', side: 32, size: 64, enlarged: 1 },
  { what: 'small images, enlarged', side: 32, size: 32, enlarged: 2 },
])('gives what the file gives: $what', async ({ side, size, enlarged }) => {
  const pixels = pixelsOf(2, side)
  const [ours, its] = [await byLayers(pixels, 2, side, size), await byFile(pixels, 2, side, enlarged)]
  expect(ours.length).toBe(2 * ((side * stockGrid) / size) ** 2 * 32)
  const largest = Math.max(...its.map(Math.abs))
  expect(largest).toBeGreaterThan(1)
  ours.forEach((value, at) => expect(Math.abs(value - its[at]!)).toBeLessThan(1e-4 * largest))
})
