/** Scores of an encoder that need no labels: the same ones for every pretext task, so that runs can be compared. */
import { describe, finish } from '../encoders/describe'
import { viewRetrieval } from '../encoders/view-retrieval'
import { columnMeans, type MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { augment, standardAugmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { effectiveRank } from './effective-rank'

export interface LabelFreeScores {
  /** Share of images of which one altered version finds another among all, 0–1. */
  retrieval: number
  /** Directions the embeddings really use, RankMe. */
  effectiveRank: number
}

/** Images looked at: the chance of finding one by luck is the same from project to project, but for small ones. */
const sample = 1000
/** Views that no fit has seen. */
const freshViews = [2_000_000, 2_000_001] as const

export interface ScoredEncoder {
  /** A standalone encoder, see `PretextTask`. */
  readonly model: Uint8Array
  readonly dimensions: number
}

export async function labelFreeScores(
  { model, dimensions }: ScoredEncoder,
  images: ImageSource,
  { seed, threads }: { seed: number; threads: number },
  products: MatrixProducts,
): Promise<LabelFreeScores> {
  const chosen = draw(images.count, sample, random(seed, 8)).sort()
  const seen = (change?: (pixels: Uint8Array, keys: Uint32Array) => Uint8Array) =>
    finish(describe(images, chosen, { model, columns: dimensions, threads, ...(change && { change }) }))
  const view = (number: number) =>
    seen((pixels, keys) => augment(pixels, images.size, standardAugmentation, { seed, view: number, keys }))
  const plain = await seen()
  return {
    retrieval: await viewRetrieval(await view(freshViews[0]), await view(freshViews[1]), products),
    effectiveRank: effectiveRank(shiftRows(plain, columnMeans(plain))),
  }
}
