/** Bilinear sampling of an image along an affine map. */

/** Output to input coordinates, both −1 … 1: `x = a·u + b·v + dx`, `y = c·u + d·v + dy`. */
export interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly dx: number
  readonly dy: number
}

/** Shares of neighbouring pixels are counted in 2⁻¹¹: products of two with a byte stay within 31 bits. */
const bits = 11
const one = 1 << bits
const scale = 1 / (one * one)

/** Samples one image, reflected at its edges, to `side` × `side` pixels: RGB 0–255. */
export function warp(pixels: Uint8Array, size: number, map: Affine, into: Float32Array, side = size): void {
  const [half, unit, most] = [size / 2, 2 / side, size - 1]
  const [right, down] = [map.a * unit * half, map.c * unit * half]
  const u = 0.5 * unit - 1
  for (let row = 0; row < side; row++) {
    const v = (row + 0.5) * unit - 1
    const x = (map.a * u + map.b * v + map.dx + 1) * half - 0.5
    const y = (map.c * u + map.d * v + map.dy + 1) * half - 0.5
    // Columns whose places have all their neighbours in the image.
    let from = Math.ceil(Math.max(0, entry(x, right, most), entry(y, down, most)))
    let until = Math.floor(Math.min(side - 1, exit(x, right, most), exit(y, down, most))) + 1
    while (from < until && !isInside(x + right * from, y + down * from, most)) from++
    while (from < until && !isInside(x + right * (until - 1), y + down * (until - 1), most)) until--
    if (!(from < until)) from = until = 0
    reflected(pixels, size, into, row * side, 0, from, x, y, right, down)
    inside(pixels, size, into, row * side, from, until, x, y, right, down)
    reflected(pixels, size, into, row * side, until, side, x, y, right, down)
  }
}

/** Steps until start + step · n comes into 0 … most, and until it leaves. */
const entry = (start: number, step: number, most: number) => (step > 0 ? -start / step : step < 0 ? (most - start) / step : 0)
const exit = (start: number, step: number, most: number) =>
  step > 0 ? (most - start) / step : step < 0 ? -start / step : Infinity
const isInside = (x: number, y: number, most: number) => x >= 0 && x < most && y >= 0 && y < most

function inside(
  pixels: Uint8Array,
  size: number,
  into: Float32Array,
  start: number,
  from: number,
  until: number,
  x: number,
  y: number,
  right: number,
  down: number,
): void {
  const line = size * 3
  for (let column = from, to = (start + from) * 3; column < until; column++, to += 3) {
    const atX = x + right * column
    const atY = y + down * column
    const left = atX | 0
    const top = atY | 0
    const across = ((atX - left) * one + 0.5) | 0
    const along = ((atY - top) * one + 0.5) | 0
    const fourth = Math.imul(across, along)
    const second = (across << bits) - fourth
    const third = (along << bits) - fourth
    const first = (one << bits) - second - third - fourth
    const at = Math.imul(top, line) + Math.imul(left, 3)
    const below = at + line
    into[to] =
      (Math.imul(pixels[at]!, first) +
        Math.imul(pixels[at + 3]!, second) +
        Math.imul(pixels[below]!, third) +
        Math.imul(pixels[below + 3]!, fourth)) *
      scale
    into[to + 1] =
      (Math.imul(pixels[at + 1]!, first) +
        Math.imul(pixels[at + 4]!, second) +
        Math.imul(pixels[below + 1]!, third) +
        Math.imul(pixels[below + 4]!, fourth)) *
      scale
    into[to + 2] =
      (Math.imul(pixels[at + 2]!, first) +
        Math.imul(pixels[at + 5]!, second) +
        Math.imul(pixels[below + 2]!, third) +
        Math.imul(pixels[below + 5]!, fourth)) *
      scale
  }
}

function reflected(
  pixels: Uint8Array,
  size: number,
  into: Float32Array,
  start: number,
  from: number,
  until: number,
  x: number,
  y: number,
  right: number,
  down: number,
): void {
  for (let column = from, to = (start + from) * 3; column < until; column++, to += 3) {
    const atX = reflect(x + right * column, size)
    const atY = reflect(y + down * column, size)
    const left = atX | 0
    const top = atY | 0
    const across = atX - left
    const along = atY - top
    const at = (top * size + left) * 3
    const next = left + 1 < size ? 3 : 0
    const below = at + (top + 1 < size ? size * 3 : 0)
    for (let channel = 0; channel < 3; channel++) {
      const upper = pixels[at + channel]! * (1 - across) + pixels[at + next + channel]! * across
      const lower = pixels[below + channel]! * (1 - across) + pixels[below + next + channel]! * across
      into[to + channel] = upper * (1 - along) + lower * along
    }
  }
}

/** Folds a pixel coordinate back into 0 … size − 1 as a mirror at the image's outer edges does. */
function reflect(position: number, size: number): number {
  let inside = position
  if (inside < -0.5) inside = -1 - inside
  if (inside > size - 0.5) inside = 2 * size - 1 - inside
  return inside < 0 ? 0 : inside > size - 1 ? size - 1 : inside
}
