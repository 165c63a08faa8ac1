import sharp from 'sharp'
import { expect, it } from 'vitest'
import { random } from '../../engine/random'
import type { Pixels } from './raster'
import { sharpness } from './sharpness'

const side = 48

function noise(): Pixels {
  const draws = random(3)
  return { data: Uint8Array.from({ length: side * side * 3 }, () => draws.below(256)), width: side, height: side }
}

it('falls the more an image is blurred', async () => {
  const { data } = noise()
  const values = [sharpness(noise())]
  for (const sigma of [0.6, 1.5, 4]) {
    const blurred = await sharp(data, { raw: { width: side, height: side, channels: 3 } })
      .blur(sigma)
      .raw()
      .toBuffer()
    values.push(sharpness({ data: blurred, width: side, height: side }))
  }
  expect(values.toSorted((a, b) => b - a)).toEqual(values)
  expect(values[0]).toBeGreaterThan(10 * values[3]!)
})

it('is nothing where nothing changes, and what the Laplacian of one bright pixel varies by', () => {
  const even = { data: new Uint8Array(side * side * 3).fill(77), width: side, height: side }
  expect(sharpness(even)).toBe(0)
  expect(sharpness({ data: new Uint8Array(2 * 2 * 3), width: 2, height: 2 })).toBe(0)
  const dot = { data: new Uint8Array(7 * 7 * 3), width: 7, height: 7 }
  dot.data.fill(100, (3 * 7 + 3) * 3, (3 * 7 + 3) * 3 + 3)
  // 25 places inside: −400 at the dot, 100 at its four neighbours, which add up to nothing.
  expect(sharpness(dot)).toBeCloseTo((400 ** 2 + 4 * 100 ** 2) / 25, 1)
})
