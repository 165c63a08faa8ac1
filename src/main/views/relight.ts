/** Changes of light and colour: contrast, brightness, saturation, tint and loss of colour, as one linear map of each pixel. */
import type { Random } from '../engine/random'

/** Ranges are symmetric: 0.4 is a factor between 0.6 and 1.4. */
export interface Relighting {
  readonly brightness: number
  readonly contrast: number
  readonly saturation: number
  /** Gain of each colour channel by itself. */
  readonly tint: number
  /** Probability of losing all colour. */
  readonly grey: number
}

/** @param pixels RGB 0–255, [pixels, 3], changed in place */
export function relight(pixels: Float32Array, how: Relighting, draws: Random): void {
  const factor = (range: number) => 1 + draws.between(-range, range)
  const brightness = factor(how.brightness)
  const contrast = factor(how.contrast)
  const saturation = factor(how.saturation)
  const gains = [factor(how.tint), factor(how.tint), factor(how.tint)] as const
  const isLost = draws.next() < how.grey
  const offset = meanOf(pixels) * (1 - contrast) * brightness
  const gain = contrast * brightness
  if (isColourless(pixels)) brighten(pixels, gain, offset)
  else if (isLost) drain(pixels, gain, offset, saturation, gains)
  else tint(pixels, gain, offset, saturation, gains)
}

function meanOf(pixels: Float32Array): number {
  let [red, green, blue] = [0, 0, 0]
  for (let at = 0; at < pixels.length; at += 3) {
    red += pixels[at]!
    green += pixels[at + 1]!
    blue += pixels[at + 2]!
  }
  return (red + green + blue) / pixels.length
}

/** Grey images stay grey in every view. */
function isColourless(pixels: Float32Array): boolean {
  for (let at = 0; at < pixels.length; at += 3) {
    if (pixels[at] !== pixels[at + 1] || pixels[at] !== pixels[at + 2]) return false
  }
  return true
}

function brighten(pixels: Float32Array, gain: number, offset: number): void {
  for (let at = 0; at < pixels.length; at++) pixels[at] = pixels[at]! * gain + offset
}

type Gains = readonly [number, number, number]

/** ((value − grey) · saturation + grey) · gain of the channel, of brightened values and their mean, grey. */
function tint(pixels: Float32Array, gain: number, offset: number, saturation: number, [red, green, blue]: Gains): void {
  const own = gain * saturation
  const shared = (gain * (1 - saturation)) / 3
  for (let at = 0; at < pixels.length; at += 3) {
    const r = pixels[at]!
    const g = pixels[at + 1]!
    const b = pixels[at + 2]!
    const common = (r + g + b) * shared + offset
    pixels[at] = (r * own + common) * red
    pixels[at + 1] = (g * own + common) * green
    pixels[at + 2] = (b * own + common) * blue
  }
}

/** The mean of what `tint` makes of the channels. */
function drain(pixels: Float32Array, gain: number, offset: number, saturation: number, [red, green, blue]: Gains): void {
  const mean = (red + green + blue) / 3
  const shared = ((gain * (1 - saturation)) / 3) * mean
  const own = (gain * saturation) / 3
  for (let at = 0; at < pixels.length; at += 3) {
    const r = pixels[at]!
    const g = pixels[at + 1]!
    const b = pixels[at + 2]!
    const value = (r * red + g * green + b * blue) * own + (r + g + b) * shared + offset * mean
    pixels[at] = value
    pixels[at + 1] = value
    pixels[at + 2] = value
  }
}
