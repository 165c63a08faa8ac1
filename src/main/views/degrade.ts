/** Changes that cost an image detail: blur, solarisation, noise, erased places. In place; RGB 0–255, [side, side, 3]. */
import type { Random } from '../engine/random'

/** Gaussian as far as three deviations, edges repeated. @param sigma px */
export function blur(pixels: Float32Array, side: number, sigma: number): void {
  const reach = Math.ceil(3 * sigma)
  const kernel = Float64Array.from({ length: reach + 1 }, (_, away) => Math.exp(-(away ** 2) / (2 * sigma * sigma)))
  const total = kernel.reduce((sum, value) => sum + 2 * value, -kernel[0]!)
  const weights = kernel.map((value) => value / total)
  const [wide, line] = [side + 2 * reach, 3 * (side + 2 * reach)]
  const padded = new Float32Array(wide * line)
  for (let row = 0, to = 0; row < wide; row++) {
    const from = within(row - reach, side) * side
    for (let column = 0; column < wide; column++, to += 3) {
      const at = 3 * (from + within(column - reach, side))
      padded[to] = pixels[at]!
      padded[to + 1] = pixels[at + 1]!
      padded[to + 2] = pixels[at + 2]!
    }
  }
  const rows = new Float32Array(padded.length)
  convolve(padded, 3, weights, rows)
  convolve(rows, line, weights, padded)
  for (let row = 0; row < side; row++) {
    const start = (row + reach) * line + 3 * reach
    pixels.set(padded.subarray(start, start + 3 * side), row * side * 3)
  }
}

const within = (place: number, side: number) => (place < 0 ? 0 : place < side ? place : side - 1)

/**
 * Tap by tap and pixel by pixel: loops without an inner one are several times as fast.
 * @param weights by distance in steps, two at least: so many steps at either end of `into` stay as they are
 */
function convolve(values: Float32Array, step: number, weights: Float64Array, into: Float32Array): void {
  const [centre, first] = [weights[0]!, weights[1]!]
  const start = (weights.length - 1) * step
  const end = values.length - start
  for (let at = start; at < end; at += 3) {
    const low = at - step
    const high = at + step
    into[at] = centre * values[at]! + first * (values[low]! + values[high]!)
    into[at + 1] = centre * values[at + 1]! + first * (values[low + 1]! + values[high + 1]!)
    into[at + 2] = centre * values[at + 2]! + first * (values[low + 2]! + values[high + 2]!)
  }
  for (let away = 2; away < weights.length; away++) {
    const weight = weights[away]!
    for (let at = start; at < end; at += 3) {
      const low = at - away * step
      const high = at + away * step
      into[at]! += weight * (values[low]! + values[high]!)
      into[at + 1]! += weight * (values[low + 1]! + values[high + 1]!)
      into[at + 2]! += weight * (values[low + 2]! + values[high + 2]!)
    }
  }
}

/** Light values are inverted (Grill et al. 2020, appendix B). */
export function solarise(pixels: Float32Array): void {
  for (let at = 0; at < pixels.length; at++) if (pixels[at]! >= 128) pixels[at] = 255 - pixels[at]!
}

/** Gaussian, the same for the channels of a pixel so that grey stays grey. @param deviation 0–255 */
export function addNoise(pixels: Float32Array, deviation: number, draws: Random): void {
  let spare = NaN
  for (let at = 0; at < pixels.length; at += 3) {
    let by = spare
    spare = NaN
    if (Number.isNaN(by)) {
      // Both of a pair (Box & Muller 1958).
      const length = deviation * Math.sqrt(-2 * Math.log(1 - draws.next()))
      const angle = 2 * Math.PI * draws.next()
      by = length * Math.cos(angle)
      spare = length * Math.sin(angle)
    }
    for (let channel = 0; channel < 3; channel++) pixels[at + channel]! += by
  }
}

/** Random erasing (Zhong et al. 2020): a rectangle of 2 – 20 % of the area takes the mean of the image. */
export function erase(pixels: Float32Array, side: number, draws: Random): void {
  const area = draws.between(0.02, 0.2) * side * side
  const aspect = Math.exp(draws.between(-1, 1))
  const width = Math.max(1, Math.min(side, Math.round(Math.sqrt(area * aspect))))
  const height = Math.max(1, Math.min(side, Math.round(Math.sqrt(area / aspect))))
  const [left, top] = [draws.below(side - width + 1), draws.below(side - height + 1)]
  const mean = [0, 0, 0]
  for (let at = 0; at < pixels.length; at += 3) {
    for (let channel = 0; channel < 3; channel++) mean[channel]! += (3 * pixels[at + channel]!) / pixels.length
  }
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) pixels.set(mean, (y * side + x) * 3)
  }
}
