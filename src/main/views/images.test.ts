import { expect, it } from 'vitest'
import { batches, imagesInMemory, isGrey, subset } from './images'

const size = 2
const pixels = Uint8Array.from({ length: 3 * size * size * 3 }, (_, at) => at)

it('reads images by position, and a subset of a subset', () => {
  const images = imagesInMemory(pixels, size)
  expect(images.count).toBe(3)
  expect([...images.read([2, 0])]).toEqual([...pixels.subarray(24), ...pixels.subarray(0, 12)])
  const turned = subset(subset(images, [2, 0, 1]), [1, 0])
  expect(turned.count).toBe(2)
  expect([...turned.read([1])]).toEqual([...pixels.subarray(24)])
})

it('cuts positions into batches', () => {
  expect([...batches(5, 2)].map((positions) => [...positions])).toEqual([[0, 1], [2, 3], [4]])
  expect([...batches(0, 2)]).toEqual([])
})

it('tells grey from colour by a single pixel', () => {
  expect(isGrey(Uint8Array.of(1, 1, 1, 9, 9, 9))).toBe(true)
  expect(isGrey(Uint8Array.of(1, 1, 1, 9, 9, 8))).toBe(false)
})
