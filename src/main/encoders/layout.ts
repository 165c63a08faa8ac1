/** Whether position carries meaning in these images, and what follows for pooling and views. */
import { draw, random } from '../engine/random'
import { type Augmentation, standardAugmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'

export type Layout = 'free' | 'aligned'

export interface LayoutChoice {
  grids: number[]
  augmentation: Augmentation
  /** What was chosen and why, in plain words. */
  note: string
}

/** Share of the variance of pixels that the mean image explains, above which images count as aligned. */
const aligned = 0.25

export function chooseLayout(images: ImageSource, wanted: Layout | 'auto', seed: number): LayoutChoice {
  const share = alignment(images, seed)
  const layout = wanted === 'auto' ? (share > aligned ? 'aligned' : 'free') : wanted
  const why = wanted === 'auto' ? ` (the mean image explains ${Math.round(share * 100)} % of what the pixels show)` : ''
  if (layout === 'aligned') {
    return {
      grids: [4],
      augmentation: { ...standardAugmentation, minArea: 0.6 },
      note: `Position counts: the images are aligned${why}.`,
    }
  }
  return {
    grids: [3],
    augmentation: { ...standardAugmentation, mirrored: true },
    note: `Position counts little and mirror images are alike: the images are not aligned${why}.`,
  }
}

/** Variance of the mean image over its pixels, by the mean variance of single images: 1 where all are the same, 0 without any order. */
export function alignment(images: ImageSource, seed: number): number {
  const chosen = draw(images.count, 500, random(seed, 0x616c)).sort()
  const pixels = images.read(chosen)
  const length = pixels.length / Math.max(1, chosen.length)
  const mean = new Float64Array(length)
  let single = 0
  for (let image = 0; image < chosen.length; image++) {
    const one = pixels.subarray(image * length, (image + 1) * length)
    single += variance(one) / chosen.length
    for (let at = 0; at < length; at++) mean[at]! += one[at]! / chosen.length
  }
  const noise = single / Math.max(1, chosen.length)
  return single > 0 ? Math.min(1, Math.max(0, (variance(mean) - noise) / single)) : 1
}

function variance(values: Uint8Array | Float64Array): number {
  let sum = 0
  let squares = 0
  for (const value of values) {
    sum += value
    squares += value ** 2
  }
  return squares / values.length - (sum / values.length) ** 2
}
