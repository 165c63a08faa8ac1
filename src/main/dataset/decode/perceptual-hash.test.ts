import { expect, test } from 'vitest'
import { resample } from './fit-square'
import { perceptualHash } from './perceptual-hash'
import type { Pixels } from './raster'

/** Soft blobs: what photographs look like to a hash. */
function picture(width: number, height: number, phase: number): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < 3; channel++, at++)
        data[at] = 128 + 60 * Math.sin((9 * x) / width + phase + channel) + 50 * Math.cos((7 * y) / height + 2 * phase)
  return { data, width, height }
}
const distance = (a: Buffer, b: Buffer) =>
  a.reduce((sum, byte, at) => sum + (byte ^ b[at]!).toString(2).replaceAll('0', '').length, 0)

test('bit by bit: darker than the right neighbour', () => {
  const ramp = { data: Uint8Array.from({ length: 17 * 16 * 3 }, (_, at) => Math.floor(at / 3) % 17), width: 17, height: 16 }
  expect(perceptualHash(ramp)).toEqual(Buffer.alloc(32, 255))
  expect(perceptualHash({ ...ramp, data: ramp.data.map((value) => 16 - value) })).toEqual(Buffer.alloc(32, 0))
})

test('halved and brightened it stays, another picture is far', () => {
  const one = picture(160, 120, 0.3)
  const bright = { ...one, data: one.data.map((value) => Math.min(255, value + 9)) }
  expect(distance(perceptualHash(one), perceptualHash(resample(one, 80, 60)))).toBeLessThanOrEqual(8)
  expect(distance(perceptualHash(one), perceptualHash(bright))).toBeLessThanOrEqual(8)
  expect(distance(perceptualHash(one), perceptualHash(picture(160, 120, 2)))).toBeGreaterThan(40)
})
