import { expect, it } from 'vitest'
import { random } from '../engine/random'
import { type Affine, warp } from './warp'

const size = 12
const identity: Affine = { a: 1, b: 0, c: 0, d: 1, dx: 0, dy: 0 }
const noise = (seed: number) => {
  const from = random(seed)
  return Uint8Array.from({ length: size * size * 3 }, () => from.below(256))
}
const warped = (pixels: Uint8Array, map: Affine, side = size) => {
  const into = new Float32Array(side * side * 3)
  warp(pixels, size, map, into, side)
  return into
}

it('samples bilinearly between pixels', () => {
  const one = noise(7)
  const into = warped(one, { ...identity, dx: 1 / size })
  for (let x = 0; x < size - 1; x++) expect(into[x * 3]).toBeCloseTo((one[x * 3]! + one[(x + 1) * 3]!) / 2, 3)
})

it('reflects beyond the edges', () => {
  const one = noise(8)
  expect(warped(one, { ...identity, dx: 2 / size })[(size - 1) * 3]).toBe(one[(size - 1) * 3])
  expect(warped(one, { ...identity, dx: 4 / size })[(size - 1) * 3]).toBe(one[(size - 2) * 3])
})

/** Value of the image at a place in pixels, by the definition: weights of all pixels, mirrored at the outer edges. */
function valueAt(pixels: Uint8Array, x: number, y: number, channel: number): number {
  const mirrored = (at: number) => (at < 0 ? -1 - at : at >= size ? 2 * size - 1 - at : at)
  let sum = 0
  for (const row of [Math.floor(y), Math.floor(y) + 1]) {
    for (const column of [Math.floor(x), Math.floor(x) + 1]) {
      const weight = (1 - Math.abs(x - column)) * (1 - Math.abs(y - row))
      sum += weight * pixels[(mirrored(row) * size + mirrored(column)) * 3 + channel]!
    }
  }
  return sum
}

it.each([12, 8, 19])('is the definition to rounding for any crop, turn and flip, at %i px', (side) => {
  const draws = random(9)
  for (let trial = 0; trial < 60; trial++) {
    const [angle, width, height] = [
      draws.between(-4, 4),
      draws.between(0.2, 1),
      draws.between(0.2, 1) * (draws.next() < 0.5 ? -1 : 1),
    ]
    const map = {
      a: width * Math.cos(angle),
      b: -width * Math.sin(angle),
      c: height * Math.sin(angle),
      d: height * Math.cos(angle),
      dx: draws.between(-1, 1) * (1 - width),
      dy: draws.between(-1, 1) * (1 - Math.abs(height)),
    }
    const one = noise(trial)
    const into = warped(one, map, side)
    for (let at = 0; at < into.length; at++) {
      const [u, v] = [((Math.floor(at / 3) % side) + 0.5) * (2 / side) - 1, (Math.floor(at / 3 / side) + 0.5) * (2 / side) - 1]
      const x = ((map.a * u + map.b * v + map.dx + 1) * size) / 2 - 0.5
      const y = ((map.c * u + map.d * v + map.dy + 1) * size) / 2 - 0.5
      expect(Math.abs(into[at]! - valueAt(one, x, y, at % 3))).toBeLessThan(0.2)
    }
  }
})
