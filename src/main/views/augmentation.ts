/** Augmentations: seeded views of samples by random crops, turns and flips and by changes of light and colour. */
import { random, type Random } from '../engine/random'
import { addNoise, blur, erase, solarise } from './degrade'

/** How strongly views differ from their sample. Ranges are symmetric: 0.4 is a factor between 0.6 and 1.4. */
export interface Augmentation {
  /** Smallest part of the area that a crop keeps, 0–1. */
  readonly minArea: number
  /** Largest part of the area that a crop keeps; all of it when left out. */
  readonly maxArea?: number
  /** Natural logarithm of the largest stretch of the aspect ratio. */
  readonly stretch: number
  readonly mirrored: boolean
  readonly upsideDown: boolean
  /** Turns by 90° steps. */
  readonly quarterTurns: boolean
  /** Largest turn either way on top of that, degrees. */
  readonly tilt: number
  readonly brightness: number
  readonly contrast: number
  readonly saturation: number
  /** Gain of each colour channel by itself. */
  readonly tint: number
  /** Probability of losing all colour. */
  readonly grey: number
  /** Probability of a Gaussian blur, of 0.3 – 1.5 px at 64 px. */
  readonly blur?: number
  /** Probability that light values are inverted. */
  readonly solarise?: number
  /** Largest standard deviation of added noise, 0–255. */
  readonly noise?: number
  /** Probability that a rectangle is erased. */
  readonly erasing?: number
}

export const standardAugmentation: Augmentation = {
  minArea: 0.5,
  stretch: 0.25,
  mirrored: false,
  upsideDown: false,
  quarterTurns: false,
  tilt: 15,
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  tint: 0.15,
  grey: 0.2,
}

/** Which view of which samples: the same seed, view and key always give the same view of the same pixels. */
export interface ViewKey {
  readonly seed: number
  readonly view: number
  /** One per sample of the batch: the sample's own number, whatever batch it is in. */
  readonly keys: ArrayLike<number>
}

/**
 * One view of each sample of a batch.
 * @param pixels uint8 [n, size, size, 3]
 * @param side of the views, px; that of the samples when left out
 * @returns uint8 [n, side, side, 3]
 */
export function augment(
  pixels: Uint8Array,
  size: number,
  how: Augmentation,
  { seed, view, keys }: ViewKey,
  side = size,
): Uint8Array {
  const source = size * size * 3
  const length = side * side * 3
  const result = new Uint8Array(keys.length * length)
  const sampled = new Float32Array(length)
  for (let index = 0; index < keys.length; index++) {
    const draws = random(seed, view, keys[index]!)
    const from = pixels.subarray(index * source, (index + 1) * source)
    warp(from, size, randomCrop(how, draws), sampled, side)
    relight(sampled, how, draws)
    degrade(sampled, side, how, draws)
    for (let at = 0, to = index * length; at < length; at++, to++) {
      const value = sampled[at]!
      result[to] = value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5
    }
  }
  return result
}

/** Output to input coordinates, both −1 … 1: `x = a·u + b·v + dx`, `y = c·u + d·v + dy`. */
export interface Affine {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
  readonly dx: number
  readonly dy: number
}

function randomCrop(how: Augmentation, draws: Random): Affine {
  const side = Math.sqrt(draws.between(how.minArea, how.maxArea ?? 1))
  const aspect = Math.exp(draws.between(-how.stretch, how.stretch))
  const width = Math.min(1, side * aspect)
  const height = Math.min(1, side / aspect)
  const dx = draws.between(-1, 1) * (1 - width)
  const dy = draws.between(-1, 1) * (1 - height)
  const mirror = draws.next() < 0.5 && how.mirrored ? -1 : 1
  const upend = draws.next() < 0.5 && how.upsideDown ? -1 : 1
  const quarter = how.quarterTurns ? draws.below(4) : 0
  const angle = (quarter * 90 + draws.between(-how.tilt, how.tilt)) * (Math.PI / 180)
  const cos = Math.cos(angle)
  const sin = Math.sin(angle)
  return {
    a: width * mirror * cos,
    b: -width * mirror * sin,
    c: height * upend * sin,
    d: height * upend * cos,
    dx,
    dy,
  }
}

/** Bilinear sampling of one image, reflected at its edges, to `side` × `side` pixels. */
export function warp(pixels: Uint8Array, size: number, map: Affine, into: Float32Array, side = size): void {
  const half = size / 2
  const scale = 2 / side
  for (let row = 0, to = 0; row < side; row++) {
    const v = (row + 0.5) * scale - 1
    for (let column = 0; column < side; column++, to += 3) {
      const u = (column + 0.5) * scale - 1
      const x = reflect((map.a * u + map.b * v + map.dx + 1) * half - 0.5, size)
      const y = reflect((map.c * u + map.d * v + map.dy + 1) * half - 0.5, size)
      const left = Math.floor(x)
      const top = Math.floor(y)
      const right = x - left
      const down = y - top
      const at = (top * size + left) * 3
      const nextColumn = left + 1 < size ? 3 : 0
      const nextRow = top + 1 < size ? size * 3 : 0
      for (let channel = 0; channel < 3; channel++) {
        const from = at + channel
        const upper = pixels[from]! * (1 - right) + pixels[from + nextColumn]! * right
        const lower = pixels[from + nextRow]! * (1 - right) + pixels[from + nextRow + nextColumn]! * right
        into[to + channel] = upper * (1 - down) + lower * down
      }
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

/** Draws nothing where nothing is asked for: views without these changes stay what they were. */
function degrade(pixels: Float32Array, side: number, how: Augmentation, draws: Random): void {
  const { blur: blurred = 0, solarise: solarised = 0, noise = 0, erasing = 0 } = how
  if (blurred > 0 && draws.next() < blurred) blur(pixels, side, (draws.between(0.3, 1.5) * side) / 64)
  if (solarised > 0 && draws.next() < solarised) solarise(pixels)
  if (noise > 0) addNoise(pixels, draws.between(0, noise), draws)
  if (erasing > 0 && draws.next() < erasing) erase(pixels, side, draws)
}

/** Contrast, brightness, saturation, tint and loss of colour, in place; RGB 0–255. */
function relight(pixels: Float32Array, how: Augmentation, draws: Random): void {
  const factor = (range: number) => 1 + draws.between(-range, range)
  const brightness = factor(how.brightness)
  const contrast = factor(how.contrast)
  const saturation = factor(how.saturation)
  const gains = [factor(how.tint), factor(how.tint), factor(how.tint)]
  const colourless = draws.next() < how.grey
  let sum = 0
  for (const value of pixels) sum += value
  const mean = sum / pixels.length
  const offset = mean * (1 - contrast) * brightness
  const gain = contrast * brightness
  const alreadyGrey = isColourless(pixels)
  for (let at = 0; at < pixels.length; at += 3) {
    let red = pixels[at]! * gain + offset
    let green = pixels[at + 1]! * gain + offset
    let blue = pixels[at + 2]! * gain + offset
    if (!alreadyGrey) {
      const grey = (red + green + blue) / 3
      red = ((red - grey) * saturation + grey) * gains[0]!
      green = ((green - grey) * saturation + grey) * gains[1]!
      blue = ((blue - grey) * saturation + grey) * gains[2]!
      if (colourless) red = green = blue = (red + green + blue) / 3
    }
    pixels[at] = red
    pixels[at + 1] = green
    pixels[at + 2] = blue
  }
}

/** Grey images stay grey in every view. */
function isColourless(pixels: Float32Array): boolean {
  for (let at = 0; at < pixels.length; at += 3) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  }
  return true
}
