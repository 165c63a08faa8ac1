/** A perceptual hash: near copies of an image (resized, compressed again, brightened a little) differ in few of its bits. */
import { resample } from './fit-square'
import type { Pixels } from './raster'

/** Bits per row and rows. */
const side = 16

/**
 * Difference hash (Krawetz 2013): is each of 16 × 16 grey cells darker than its right neighbour?
 * Proportions are not kept: an image stretched to another shape hashes the same.
 * @returns 32 bytes
 */
export function perceptualHash(image: Pixels): Buffer {
  const { data } = resample(image, side + 1, side)
  const grey = (x: number, y: number) => {
    const at = (y * (side + 1) + x) * 3
    return 299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!
  }
  const hash = Buffer.alloc((side * side) / 8)
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const bit = y * side + x
      if (grey(x, y) < grey(x + 1, y)) hash[bit >> 3]! |= 1 << (bit & 7)
    }
  }
  return hash
}
