/** Changes that cost an image detail: blur, solarisation, noise, erased places. In place; RGB 0–255, [side, side, 3]. */
import type { Random } from '../engine/random'

/** Gaussian as far as three deviations, edges repeated. @param sigma px */
export function blur(pixels: Float32Array, side: number, sigma: number): void {
  const reach = Math.ceil(3 * sigma)
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, at) => Math.exp(-((at - reach) ** 2) / (2 * sigma * sigma)))
  const total = kernel.reduce((sum, value) => sum + value, 0)
  const along = (from: Float32Array, into: Float32Array, step: number, across: number) => {
    for (let line = 0; line < side; line++) {
      for (let at = 0; at < side; at++) {
        for (let channel = 0; channel < 3; channel++) {
          let sum = 0
          for (let k = -reach; k <= reach; k++) {
            const place = Math.min(side - 1, Math.max(0, at + k))
            sum += kernel[k + reach]! * from[line * across + place * step + channel]!
          }
          into[line * across + at * step + channel] = sum / total
        }
      }
    }
  }
  const rows = new Float32Array(pixels.length)
  along(pixels, rows, 3, side * 3)
  along(rows, pixels, side * 3, 3)
}

/** Light values are inverted (Grill et al. 2020, appendix B). */
export function solarise(pixels: Float32Array): void {
  for (let at = 0; at < pixels.length; at++) if (pixels[at]! >= 128) pixels[at] = 255 - pixels[at]!
}

/** Gaussian, the same for the channels of a pixel so that grey stays grey. @param deviation 0–255 */
export function addNoise(pixels: Float32Array, deviation: number, draws: Random): void {
  for (let at = 0; at < pixels.length; at += 3) {
    const by = deviation * draws.normal()
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
  pixels.forEach((value, at) => (mean[at % 3]! += (3 * value) / pixels.length))
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) pixels.set(mean, (y * side + x) * 3)
  }
}
