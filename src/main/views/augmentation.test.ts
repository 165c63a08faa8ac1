import { describe, expect, it } from 'vitest'
import { random } from '../engine/random'
import { augment, type Augmentation, standardAugmentation } from './augmentation'

const size = 12
const bytes = size * size * 3
const noise = (seed: number, images = 1) => {
  const from = random(seed)
  return Uint8Array.from({ length: images * bytes }, () => from.below(256))
}
const still: Augmentation = {
  minArea: 1,
  stretch: 0,
  mirrored: false,
  upsideDown: false,
  quarterTurns: false,
  tilt: 0,
  brightness: 0,
  contrast: 0,
  saturation: 0,
  tint: 0,
  grey: 0,
}
const key = (keys: number[], view = 0, seed = 0) => ({ seed, view, keys })
const rows = (pixels: Uint8Array) => Array.from({ length: size }, (_, y) => pixels.subarray(y * size * 3, (y + 1) * size * 3))
const mirror = (pixels: Uint8Array) =>
  Uint8Array.from(
    rows(pixels).flatMap((row) =>
      Array.from({ length: size }, (_, x) => [...row.subarray((size - 1 - x) * 3, (size - x) * 3)]).flat(),
    ),
  )

describe('views', () => {
  it('are those of the sample, whatever batch it stands in', () => {
    const both = noise(1, 2)
    const together = augment(both, size, standardAugmentation, key([7, 9]))
    const alone = augment(both.subarray(bytes), size, standardAugmentation, key([9]))
    expect(together.subarray(bytes)).toEqual(alone)
  })

  it('differ by seed, view and sample, and repeat', () => {
    const one = noise(2)
    const views = [key([1]), key([2]), key([1], 1), key([1], 0, 1)].map((which) =>
      augment(one, size, standardAugmentation, which),
    )
    expect(new Set(views.map(String)).size).toBe(4)
    expect(augment(one, size, standardAugmentation, key([1]))).toEqual(views[0])
  })

  it('are the sample itself when nothing is to change', () => {
    const one = noise(3)
    expect(augment(one, size, still, key([1]))).toEqual(one)
  })

  it('are the sample or its mirror image when only that is allowed', () => {
    const one = noise(4)
    const allowed = [one, mirror(one)].map(String)
    const seen = new Set(
      Array.from({ length: 20 }, (_, view) => String(augment(one, size, { ...still, mirrored: true }, key([1], view)))),
    )
    expect([...seen].sort()).toEqual(allowed.sort())
  })

  it('keep every pixel under quarter turns', () => {
    const one = noise(5)
    const sorted = (pixels: Uint8Array) => String(Uint8Array.from(pixels).sort())
    const seen = Array.from({ length: 100 }, (_, view) =>
      augment(one, size, { ...still, quarterTurns: true, upsideDown: true }, key([1], view)),
    )
    for (const view of seen) expect(sorted(view)).toBe(sorted(one))
    expect(new Set(seen.map(String)).size).toBe(8)
  })

  it('keep a flat image flat and grey images grey', () => {
    const flat = augment(new Uint8Array(bytes).fill(100), size, standardAugmentation, key([1]))
    expect(new Set(flat).size).toBe(1)
    const grey = Uint8Array.from({ length: bytes }, (_, at) => (Math.floor(at / 3) * 7) % 256)
    const view = augment(grey, size, standardAugmentation, key([3]))
    for (let at = 0; at < bytes; at += 3) expect([view[at + 1], view[at + 2]]).toEqual([view[at], view[at]])
  })

  it('lose all colour where that is certain', () => {
    const view = augment(noise(6), size, { ...standardAugmentation, grey: 1 }, key([1]))
    for (let at = 0; at < bytes; at += 3) expect([view[at + 1], view[at + 2]]).toEqual([view[at], view[at]])
  })

  it('scale with brightness and leave the mean alone under contrast', () => {
    const dark = Uint8Array.from({ length: bytes }, (_, at) => 60 + ((Math.floor(at / 3) * 5) % 40))
    const mean = (pixels: Uint8Array) => pixels.reduce((sum, value) => sum + value, 0) / pixels.length
    const brighter = mean(augment(dark, size, { ...still, brightness: 0.4 }, key([1]))) / mean(dark)
    expect(brighter).toBeGreaterThan(0.59)
    expect(brighter).toBeLessThan(1.41)
    expect(Math.abs(mean(augment(dark, size, { ...still, contrast: 0.4 }, key([1]))) - mean(dark))).toBeLessThan(0.5)
  })
})
