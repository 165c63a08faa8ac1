/** The square pixels that encoders read, made from an image of any shape. */
import type { Fit } from '@shared/model'
import type { Pixels } from './raster'

/** Small images are padded rather than enlarged by less than a quarter: 28 px into 32 stay as sharp as they are. */
const padBelow = 1.25

/**
 * - `letterbox`: the whole image, undistorted. What stays free mirrors the image: a ground or a repeated edge would put lines into
 *   every picture that no picture has, and encoders would learn them as patches.
 * - `crop`: the largest square in the middle.
 * - `stretch`: the whole image, distorted.
 * @returns uint8 [size, size, 3]
 */
export function fitSquare(image: Pixels, size: number, fit: Fit): Uint8Array {
  if (fit === 'stretch') return resample(image, size, size).data
  if (fit === 'crop') return resample(middle(image), size, size).data
  const scale = size / Math.max(image.width, image.height)
  const used = scale > 1 && scale <= padBelow ? 1 : scale
  const side = (length: number) => Math.min(size, Math.max(1, Math.round(length * used)))
  return mirrored(resample(image, side(image.width), side(image.height)), size)
}

function middle({ data, width, height }: Pixels): Pixels {
  const side = Math.min(width, height)
  const [left, top] = [(width - side) >> 1, (height - side) >> 1]
  const square = new Uint8Array(side * side * 3)
  for (let y = 0; y < side; y++) {
    const from = ((y + top) * width + left) * 3
    square.set(data.subarray(from, from + side * 3), y * side * 3)
  }
  return { data: square, width: side, height: side }
}

function mirrored(image: Pixels, size: number): Uint8Array {
  const { data, width, height } = image
  if (width === size && height === size) return data
  const columns = mirroredIndices(width, size)
  const rows = mirroredIndices(height, size)
  const square = new Uint8Array(size * size * 3)
  for (let y = 0, at = 0; y < size; y++) {
    const row = rows[y]! * width
    for (let x = 0; x < size; x++, at += 3) {
      const from = (row + columns[x]!) * 3
      square[at] = data[from]!
      square[at + 1] = data[from + 1]!
      square[at + 2] = data[from + 2]!
    }
  }
  return square
}

/** For each of `size` places the one of `length` that it shows; the image in the middle, its reflections around it. */
function mirroredIndices(length: number, size: number): Uint16Array {
  const before = (size - length) >> 1
  return Uint16Array.from({ length: size }, (_, place) => {
    const at = (((place - before) % (2 * length)) + 2 * length) % (2 * length)
    return at < length ? at : 2 * length - 1 - at
  })
}

/** Triangle filter over the source pixels that a target pixel covers: Pillow's BILINEAR, torchvision's antialiased bilinear. */
export function resample(image: Pixels, width: number, height: number): Pixels {
  if (image.width === width && image.height === height) return image
  const across = weightsOf(image.width, width)
  const down = weightsOf(image.height, height)
  const narrow = new Float32Array(image.height * width * 3)
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const first = across.first[x]!
      let [red, green, blue] = [0, 0, 0]
      for (let tap = 0, from = (y * image.width + first) * 3; tap < across.taps; tap++, from += 3) {
        const weight = across.weights[x * across.taps + tap]!
        if (weight === 0) continue
        red += weight * image.data[from]!
        green += weight * image.data[from + 1]!
        blue += weight * image.data[from + 2]!
      }
      const to = (y * width + x) * 3
      narrow[to] = red
      narrow[to + 1] = green
      narrow[to + 2] = blue
    }
  }
  return { data: shorten(narrow, width * 3, height, down), width, height }
}

function shorten(rows: Float32Array, stride: number, height: number, { first, weights, taps }: Weights): Uint8Array {
  const data = new Uint8Array(stride * height)
  const sum = new Float32Array(stride)
  for (let y = 0; y < height; y++) {
    sum.fill(0.5)
    for (let tap = 0; tap < taps; tap++) {
      const weight = weights[y * taps + tap]!
      if (weight === 0) continue
      const from = (first[y]! + tap) * stride
      for (let at = 0; at < stride; at++) sum[at]! += weight * rows[from + at]!
    }
    const to = y * stride
    for (let at = 0; at < stride; at++) data[to + at] = sum[at]!
  }
  return data
}

interface Weights {
  taps: number
  /** First source place of each target place. */
  first: Uint32Array
  /** [target, taps]; each row sums to 1, taps outside the image weigh nothing. */
  weights: Float32Array
}

const remembered = new Map<string, Weights>()

function weightsOf(from: number, to: number): Weights {
  const key = `${from}/${to}`
  const known = remembered.get(key)
  if (known) return known
  if (remembered.size > 500) remembered.clear()
  const made = makeWeights(from, to)
  remembered.set(key, made)
  return made
}

function makeWeights(from: number, to: number): Weights {
  const scale = from / to
  const support = Math.max(1, scale)
  const taps = Math.min(from, Math.ceil(support) * 2 + 1)
  const first = new Uint32Array(to)
  const weights = new Float32Array(to * taps)
  for (let place = 0; place < to; place++) {
    const centre = (place + 0.5) * scale
    const start = Math.max(0, Math.min(from - taps, Math.floor(centre - support)))
    const row = Array.from({ length: taps }, (_, tap) => Math.max(0, 1 - Math.abs((start + tap + 0.5 - centre) / support)))
    const sum = row.reduce((total, weight) => total + weight, 0)
    first[place] = start
    row.forEach((weight, tap) => (weights[place * taps + tap] = weight / sum))
  }
  return { taps, first, weights }
}
