/** Features of images and of their altered versions, computed once: training on them costs a hundredth of training on pixels. */
import { principalComponents } from '../encoders/linear-map'
import type { AffineMap } from '../encoders/closed-form'
import { describe } from '../encoders/describe'
import type { InstantSource } from '../encoders/instant'
import { featureModel } from '../encoders/trial'
import { columnMeans, type Matrix, matrix, type MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { augment } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { atStage } from './task'
import type { Progress } from '@shared/model'

export interface FeatureViews {
  /** From patch features to the columns of the views, of variance 1 on average. */
  readonly map: AffineMap
  /** [images, columns] each. */
  readonly views: readonly Matrix[]
}

export interface FeatureViewOptions {
  readonly views: number
  readonly seed: number
  readonly threads: number
}

/** Images that are learned from. */
export const featuredImages = 6000
const components = 384
/** Views that the instant encoder has not been fitted on. */
const firstView = 3_000_000
/** Independent directions that images must differ in. */
const fewestComponents = 4

/** Null when the images hardly differ. */
export async function* featureViews(
  images: ImageSource,
  { features, augmentation }: InstantSource,
  { views, seed, threads }: FeatureViewOptions,
  products: MatrixProducts,
): AsyncGenerator<Progress, FeatureViews | null> {
  const chosen = draw(images.count, featuredImages, random(seed, 0x6676)).sort()
  const stage = 'Describing altered versions'
  const total = chosen.length * (views + 1)
  const plain = yield* counted(stage, 0, total, describe(images, chosen, featureModel(features, threads)))
  const mean = columnMeans(plain)
  const centred = shiftRows(plain, mean)
  const { basis, variances } = await principalComponents(centred, Math.min(components, chosen.length - 1), seed, products)
  if (basis.columns < fewestComponents) return null
  const scale = Math.sqrt(basis.columns / variances.reduce((sum, variance) => sum + variance, 0))
  const weights = matrix(
    basis.rows,
    basis.columns,
    basis.data.map((value) => value * scale),
  )
  const offset = (await products.product(matrix(1, mean.length, mean), weights)).data.map((value) => -value)
  const map = { weights, offset }
  const model = featureModel(features, threads, map)
  const all: Matrix[] = []
  for (let view = 0; view < views; view++) {
    const change = (pixels: Uint8Array, keys: Uint32Array) =>
      augment(pixels, images.size, augmentation, { seed, view: firstView + view, keys })
    all.push(yield* counted(stage, chosen.length * (view + 1), total, describe(images, chosen, { ...model, change })))
  }
  return { map, views: all }
}

async function* counted<T>(
  stage: string,
  before: number,
  total: number,
  counts: AsyncGenerator<number, T>,
): AsyncGenerator<Progress, T> {
  for (;;) {
    const step = await counts.next()
    if (step.done) return step.value
    yield atStage(stage, before + step.value, total)
  }
}
