/** The square fit against the formula written out plainly, and what must hold for every image. */
import { expect, test } from 'vitest'
import { fitSquare, resample } from './fit-square'
import type { Pixels } from './raster'

/** Pixels that differ everywhere, the same at every call. */
function picture(width: number, height: number): Pixels {
  const data = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * 7919 + (index >> 3) * 104729) % 256)
  return { data, width, height }
}

/** Triangle filter of Pillow's resize, one axis at a time, in plain loops. */
function reference({ data, width, height }: Pixels, toWidth: number, toHeight: number): Float64Array {
  const weights = (from: number, to: number, place: number) => {
    const scale = from / to
    const support = Math.max(1, scale)
    const centre = (place + 0.5) * scale
    const row = Array.from({ length: from }, (_, at) => Math.max(0, 1 - Math.abs((at + 0.5 - centre) / support)))
    const sum = row.reduce((a, b) => a + b)
    return row.map((weight) => weight / sum)
  }
  const result = new Float64Array(toWidth * toHeight * 3)
  for (let y = 0; y < toHeight; y++) {
    const down = weights(height, toHeight, y)
    for (let x = 0; x < toWidth; x++) {
      const across = weights(width, toWidth, x)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < width; column++)
            sum += down[row]! * across[column]! * data[(row * width + column) * 3 + channel]!
        }
        result[(y * toWidth + x) * 3 + channel] = sum
      }
    }
  }
  return result
}

test.each([
  [40, 30, 16, 12],
  [37, 23, 10, 7],
  [8, 8, 32, 32],
  [5, 40, 9, 11],
  [1, 1, 4, 4],
])('%d×%d to %d×%d follows the formula', (width, height, toWidth, toHeight) => {
  const image = picture(width, height)
  const expected = reference(image, toWidth, toHeight)
  const { data } = resample(image, toWidth, toHeight)
  const worst = Math.max(...data.map((value, index) => Math.abs(value - expected[index]!)))
  expect(worst).toBeLessThanOrEqual(0.51)
})

test('one colour stays one colour in every fit', () => {
  for (const fit of ['letterbox', 'crop', 'stretch'] as const) {
    for (const [width, height] of [
      [192, 50],
      [3, 190],
      [28, 28],
      [8, 8],
      [100, 100],
    ] as const) {
      const image = { data: new Uint8Array(width * height * 3).fill(201), width, height }
      expect(new Set(fitSquare(image, 64, fit))).toEqual(new Set([201]))
    }
  }
})

test('28 px come into 32 untouched, with their own reflection around them', () => {
  const image = picture(28, 28)
  const square = fitSquare(image, 32, 'letterbox')
  const at = (x: number, y: number) => square.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)
  for (let y = 0; y < 28; y++) {
    expect(square.subarray(((y + 2) * 32 + 2) * 3, ((y + 2) * 32 + 30) * 3)).toEqual(image.data.subarray(y * 84, y * 84 + 84))
  }
  for (let y = 0; y < 32; y++) {
    expect(at(1, y)).toEqual(at(2, y))
    expect(at(0, y)).toEqual(at(3, y))
    expect(at(30, y)).toEqual(at(29, y))
  }
})

test('much smaller images are enlarged, long ones lie in the middle', () => {
  expect(fitSquare(picture(8, 8), 32, 'letterbox')).toEqual(resample(picture(8, 8), 32, 32).data)
  const wide = picture(64, 16)
  const square = fitSquare(wide, 64, 'letterbox')
  expect(square.subarray(24 * 64 * 3, 40 * 64 * 3)).toEqual(wide.data)
  expect(square.subarray(23 * 64 * 3, 24 * 64 * 3)).toEqual(wide.data.subarray(0, 64 * 3))
  expect(square.subarray(7 * 64 * 3, 8 * 64 * 3)).toEqual(wide.data.subarray(15 * 64 * 3))
})

test('crop takes the middle, stretch takes all', () => {
  const image = picture(96, 32)
  const middle = new Uint8Array(32 * 32 * 3)
  for (let y = 0; y < 32; y++) middle.set(image.data.subarray((y * 96 + 32) * 3, (y * 96 + 64) * 3), y * 96)
  expect(fitSquare(image, 32, 'crop')).toEqual(middle)
  expect(fitSquare(image, 32, 'stretch')).toEqual(resample(image, 32, 32).data)
})
