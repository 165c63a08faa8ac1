import { expect, it } from 'vitest'
import { matrix, withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { describe, finish } from './describe'
import { type Dictionary, flatness, learnDictionary } from './dictionary'
import { type PatchFeatures, poolingMatrix } from './patch-features'
import { shapes } from './shapes.fixture'
import { featureModel } from './trial'

const every = (count: number) => Uint32Array.from({ length: count }, (_, index) => index)

/** The definition, word by word: patches minus mean over deviation, product with the filter, rectified, cell means, root. */
function reference(pixels: Uint8Array, { size, dictionaries, grids, stride, threshold }: PatchFeatures): number[] {
  return dictionaries.flatMap(({ patchSize, channels, filters, biases }) => {
    const side = Math.floor((size - patchSize) / stride) + 1
    const value = (channel: number, y: number, x: number) => {
      const rgb = [0, 1, 2].map((one) => pixels[(y * size + x) * 3 + one]! / 255)
      return channels === 3 ? rgb[channel]! : (rgb[0]! + rgb[1]! + rgb[2]!) / 3
    }
    const responses = (filter: number, row: number, column: number) => {
      const patch = Array.from({ length: filters.columns }, (_, at) =>
        value(
          Math.floor(at / patchSize ** 2),
          row * stride + (Math.floor(at / patchSize) % patchSize),
          column * stride + (at % patchSize),
        ),
      )
      const mean = patch.reduce((sum, one) => sum + one, 0) / patch.length
      const deviation = Math.sqrt(patch.reduce((sum, one) => sum + (one - mean) ** 2, 0) / patch.length + flatness)
      const response = patch.reduce(
        (sum, one, at) => sum + ((one - mean) / deviation) * filters.data[filter * filters.columns + at]!,
        0,
      )
      return Math.max(0, response + biases[filter]! - threshold)
    }
    return Array.from({ length: filters.rows }, (_, filter) =>
      grids.flatMap((grid) =>
        Array.from({ length: grid * grid }, (_, cell) => {
          const span = (index: number) => [Math.floor((index * side) / grid), Math.ceil(((index + 1) * side) / grid)] as const
          const [[top, bottom], [left, right]] = [span(Math.floor(cell / grid)), span(cell % grid)]
          let sum = 0
          for (let row = top; row < bottom; row++)
            for (let column = left; column < right; column++) sum += responses(filter, row, column)
          return Math.sqrt(sum / ((bottom - top) * (right - left)))
        }),
      ),
    ).flat()
  })
}

it.each(['grey', 'colour'] as const)('of %s images equal the definition', (colour) =>
  withProducts(1, async (products) => {
    const { images } = shapes(6, 13, colour)
    const channels = colour === 'grey' ? 1 : 3
    const dictionaries: Dictionary[] = []
    for (const patchSize of [3, 5]) {
      dictionaries.push(
        await learnDictionary(images, { patchSize, filters: 7, channels, patches: 300, whitening: 0.1, seed: 1 }, products),
      )
    }
    const features = { size: 13, dictionaries, grids: [1, 3], stride: 2, threshold: 0.1 }
    const computed = await finish(describe(images, every(6), featureModel(features, 1)))
    const expected = [...every(6)].flatMap((index) => reference(images.read([index]), features))
    expect(computed.data.length).toBe(expected.length)
    expect(expected.filter((value) => value > 0).length).toBeGreaterThan(expected.length / 4)
    expected.forEach((value, at) => expect(computed.data[at]).toBeCloseTo(value, 3))
  }),
)

it('stay finite on flat images', () =>
  withProducts(1, async (products) => {
    const { images } = shapes(6, 13, 'grey')
    const dictionary = await learnDictionary(
      images,
      { patchSize: 4, filters: 5, channels: 1, patches: 200, whitening: 0.1, seed: 0 },
      products,
    )
    const flat = { ...images, count: 1, read: () => new Uint8Array(13 * 13 * 3).fill(200) }
    const features = { size: 13, dictionaries: [dictionary], grids: [2], stride: 2, threshold: 0.5 }
    const { data } = await finish(describe(flat, every(1), featureModel(features, 1)))
    expect(data.every(Number.isFinite)).toBe(true)
  }))

it('are pooled by weights that sum to one per cell and cover every place', () => {
  const from = random(1)
  for (const grids of [[1], [3], [2, 4]]) {
    const side = 5 + from.below(9)
    const cells = grids.reduce((sum, grid) => sum + grid * grid, 0)
    const weights = matrix(side * side, cells, poolingMatrix(side, grids))
    for (let cell = 0; cell < cells; cell++) {
      let sum = 0
      for (let place = 0; place < side * side; place++) sum += weights.data[place * cells + cell]!
      expect(sum).toBeCloseTo(1, 5)
    }
    for (let place = 0; place < side * side; place++) {
      expect(weights.data.subarray(place * cells, (place + 1) * cells).some((weight) => weight > 0)).toBe(true)
    }
  }
})
