import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { random } from '../engine/random'
import { augment, standardAugmentation } from './augmentation'
import { addNoise, blur, erase, solarise } from './degrade'

const side = 24
const some = (seed: number) => {
  const draws = random(seed)
  return Float32Array.from({ length: side * side * 3 }, () => draws.below(256))
}
const meanOf = (pixels: Float32Array, channel: number) => {
  const values = pixels.filter((_, at) => at % 3 === channel)
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('blur', () => {
  it.each([0.4, 1, 3])('of %s px is that of libvips away from the edges', async (sigma) => {
    const pixels = some(1)
    const raw = { raw: { width: side, height: side, channels: 3 as const } }
    const exact = { sigma, precision: 'float', minAmplitude: 0.01 } as const
    const data = await sharp(Uint8Array.from(pixels), raw).blur(exact).raw().toBuffer()
    blur(pixels, side, sigma)
    const edge = Math.ceil(3 * sigma) + 1
    for (let y = edge; y < side - edge; y++)
      for (let x = edge; x < side - edge; x++) {
        const at = (y * side + x) * 3
        for (let channel = 0; channel < 3; channel++)
          expect(Math.abs(pixels[at + channel]! - data[at + channel]!)).toBeLessThan(2)
      }
  })

  it('leaves an even image even', () => {
    const even = new Float32Array(side * side * 3).fill(90)
    blur(even, side, 1.5)
    expect(Math.max(...even.map((value) => Math.abs(value - 90)))).toBeLessThan(1e-3)
  })
})

it('solarisation inverts light values alone', () => {
  const pixels = Float32Array.of(0, 127, 128, 200, 255, 60)
  solarise(pixels)
  expect([...pixels]).toEqual([0, 127, 127, 55, 0, 60])
})

it('noise has the deviation asked for and is the same on all channels', () => {
  const before = new Float32Array(64 * 64 * 3).fill(128)
  const after = before.slice()
  addNoise(after, 9, random(5))
  const changes = after.map((value, at) => value - before[at]!)
  const spread = Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length)
  expect(spread).toBeGreaterThan(8.5)
  expect(spread).toBeLessThan(9.5)
  for (let at = 0; at < after.length; at += 3) expect([after[at + 1], after[at + 2]]).toEqual([after[at], after[at]])
})

it('erases one rectangle, of 2 to 20 % of the area, with the mean', () => {
  for (let seed = 0; seed < 50; seed++) {
    const before = some(seed)
    const after = before.slice()
    erase(after, side, random(seed, 1))
    const erased: [number, number][] = []
    for (let at = 0; at < side * side; at++) if (after[at * 3] !== before[at * 3]) erased.push([at % side, Math.floor(at / side)])
    const [xs, ys] = [erased.map(([x]) => x), erased.map(([, y]) => y)]
    const box = (Math.max(...xs) - Math.min(...xs) + 1) * (Math.max(...ys) - Math.min(...ys) + 1)
    expect(box).toBeGreaterThanOrEqual(erased.length)
    expect(box - erased.length).toBeLessThanOrEqual(2)
    expect(box / side ** 2).toBeGreaterThan(0.01)
    expect(box / side ** 2).toBeLessThan(0.25)
    for (let channel = 0; channel < 3; channel++)
      expect(after[(ys[0]! * side + xs[0]!) * 3 + channel]!).toBeCloseTo(meanOf(before, channel), 2)
  }
})

it('views differ by it, repeat, and are what they were where nothing of it is asked for', () => {
  const pixels = Uint8Array.from(some(3))
  const key = { seed: 1, view: 4, keys: [2] }
  const plain = augment(pixels, side, standardAugmentation, key)
  expect(augment(pixels, side, { ...standardAugmentation, blur: 0, solarise: 0, noise: 0, erasing: 0 }, key)).toEqual(plain)
  for (const change of [{ blur: 1 }, { solarise: 1 }, { noise: 20 }, { erasing: 1 }]) {
    const changed = augment(pixels, side, { ...standardAugmentation, ...change }, key)
    expect(changed).not.toEqual(plain)
    expect(augment(pixels, side, { ...standardAugmentation, ...change }, key)).toEqual(changed)
  }
})
