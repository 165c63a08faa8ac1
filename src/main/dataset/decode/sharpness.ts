/** How sharp an image is: of shots of the same scene the one in focus has the highest value. */
import type { Pixels } from './raster'

/** Variance of the Laplacian of the grey values, 0–255 (Pech-Pacheco et al. 2000, section 3); 0 for images under 3 px. */
export function sharpness({ data, width, height }: Pixels): number {
  const grey = new Float32Array(width * height)
  for (let at = 0; at < grey.length; at++) {
    grey[at] = 0.299 * data[at * 3]! + 0.587 * data[at * 3 + 1]! + 0.114 * data[at * 3 + 2]!
  }
  let [sum, squares, count] = [0, 0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++) {
      const value = grey[at - 1]! + grey[at + 1]! + grey[at - width]! + grey[at + width]! - 4 * grey[at]!
      sum += value
      squares += value * value
      count++
    }
  }
  return count > 0 ? squares / count - (sum / count) ** 2 : 0
}
