/** Where pixels come from: every image as a square of the same size, RGB, 8 bits. */

export interface ImageSource {
  readonly count: number
  /** Side in pixels. */
  readonly size: number
  readonly channels: 3
  /** Pixels of the images at these positions: uint8 [positions.length, size, size, 3]. */
  read(positions: ArrayLike<number>): Uint8Array
}

/** Images that are in memory already. */
export function imagesInMemory(pixels: Uint8Array, size: number): ImageSource {
  const bytes = size * size * 3
  return { count: Math.floor(pixels.length / bytes), size, channels: 3, read: (positions) => gather(pixels, bytes, positions) }
}

/** The images of `source` at `positions`, renumbered from 0 in that order. */
export function subset(source: ImageSource, positions: ArrayLike<number>): ImageSource {
  return {
    ...source,
    count: positions.length,
    read: (inner) => source.read(Uint32Array.from(inner, (position) => positions[position]!)),
  }
}

/** Positions 0 … count − 1 in batches. */
export function* batches(count: number, size: number): Generator<Uint32Array> {
  for (let first = 0; first < count; first += size) {
    yield Uint32Array.from({ length: Math.min(size, count - first) }, (_, index) => first + index)
  }
}

/** Whether red, green and blue are equal in every pixel. */
export function isGrey(pixels: Uint8Array): boolean {
  for (let at = 0; at + 2 < pixels.length; at += 3) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  }
  return true
}

function gather(pixels: Uint8Array, bytes: number, positions: ArrayLike<number>): Uint8Array {
  const result = new Uint8Array(positions.length * bytes)
  for (let index = 0; index < positions.length; index++) {
    const from = positions[index]! * bytes
    result.set(pixels.subarray(from, from + bytes), index * bytes)
  }
  return result
}
