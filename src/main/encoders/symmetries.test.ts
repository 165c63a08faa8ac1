import { describe, expect, it } from 'vitest'
import { withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { type ImageSource, imagesInMemory } from '../views/images'
import { learnDictionary } from './dictionary'
import { findSymmetries, turned } from './symmetries'
import { featureModel } from './trial'

const size = 16
const every = (count: number) => Uint32Array.from({ length: count }, (_, index) => index)

/** Hooks that point left, or any way; a little moved and tilted in strength. */
function hooks(count: number, turns: number, mirrors: boolean): ImageSource {
  const pixels = new Uint8Array(count * size * size * 3).fill(20)
  for (let index = 0; index < count; index++) {
    const from = random(5, index)
    const [dx, dy, length] = [from.below(4), from.below(4), 5 + from.below(4)]
    const [quarter, flip] = [from.below(turns), mirrors && from.next() < 0.5]
    const dot = (u: number, v: number) => {
      let [x, y] = [flip ? size - 1 - u : u, v]
      for (let turn = 0; turn < quarter; turn++) [x, y] = [y, size - 1 - x]
      pixels.fill(150 + from.below(80), ((index * size + y) * size + x) * 3, ((index * size + y) * size + x) * 3 + 3)
    }
    for (let step = 0; step < length; step++) for (let wide = 0; wide < 2; wide++) dot(2 + dx + wide, 2 + dy + step)
    for (let step = 0; step < 5; step++) for (let wide = 0; wide < 2; wide++) dot(2 + dx + step, 2 + dy + wide)
  }
  for (let at = 0; at < pixels.length; at += 3) pixels[at + 1] = pixels[at + 2] = pixels[at]!
  return imagesInMemory(pixels, size)
}

async function found(images: ImageSource) {
  return withProducts(1, async (products) => {
    const wanted = { patchSize: 5, filters: 24, channels: 1, patches: 2000, whitening: 0.1, seed: 0 } as const
    const dictionary = await learnDictionary(images, wanted, products)
    const features = { size, dictionaries: [dictionary], grids: [3], stride: 2, threshold: 0.5 }
    return findSymmetries(images, every(images.count), featureModel(features, 1), 0, products)
  })
}

describe('symmetries', () => {
  it('are none where all images point one way', async () => {
    const { note, ...symmetries } = await found(hooks(150, 1, false))
    expect(symmetries).toEqual({ mirrored: false, upsideDown: false, quarterTurns: false })
    expect(note).toContain('left and right count')
  })

  it('are mirrors where images point left or right', async () => {
    expect(await found(hooks(300, 1, true))).toMatchObject({ mirrored: true, upsideDown: false, quarterTurns: false })
  })

  it('are all where images point any way', async () => {
    expect(await found(hooks(600, 4, true))).toMatchObject({ mirrored: true, upsideDown: true, quarterTurns: true })
  })

  it('are not guessed from a few images', async () => {
    const { note, mirrored } = await found(hooks(7, 4, true))
    expect(mirrored).toBe(false)
    expect(note).toContain('Too few images')
  })
})

it('turns exactly: four quarters and two mirrors are nothing', () => {
  const pixels = hooks(3, 4, true).read(every(3))
  let quarters = pixels
  for (let turn = 0; turn < 4; turn++) quarters = turned(quarters, size, (x, y, last) => [y, last - x])
  expect(quarters).toEqual(pixels)
  const mirror = (x: number, y: number, last: number) => [last - x, y] as const
  expect(turned(pixels, size, mirror)).not.toEqual(pixels)
  expect(turned(turned(pixels, size, mirror), size, mirror)).toEqual(pixels)
})
