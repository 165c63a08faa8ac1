/**
 * The encoder race: the instant encoder, then the stock encoder fitted to the folder in the time that is left, as halves of one embedding;
 * the better of the two by a score without labels is used.
 */
import { readFileSync } from 'node:fs'
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import { fitInstantEncoder, type InstantEncoder, type InstantSource } from '../encoders/instant'
import { joinedModel } from '../encoders/joined'
import { fitStock, type StockFit } from '../encoders/stock'
import { MatrixProducts } from '../engine/linear-algebra'
import { labelFreeScores, type ScoredEncoder } from '../evaluate/label-free'
import { pairedGain } from '../evaluate/ranking'
import { poolOf } from '../evaluate/score-pool'
import { autoDescriptor } from './auto.descriptor'
import { instantDescriptor } from './instant.descriptor'
import { paced } from './pace'
import { readPlan, writePlan } from './step-plan'
import { atStage, type FitContext, type FittedEncoder, type PretextTask } from './task'

type Context = FitContext<z.infer<typeof autoDescriptor.parameters>>

/** When no time is given. */
const usualMinutes = 5
/** Fewer images say nothing of how the stock encoder fits them. */
const fewestImages = 32
/** Altered versions of each image that the stock encoder is fitted on. */
const [fewestViews, mostViews] = [4, 16]
/** Of the time left, for these versions; what remains is for scores. */
const viewShare = 0.8
const dimensions = 128
/** Images that scores look at. */
const mostScored = 1000

export const auto: PretextTask<typeof autoDescriptor.parameters> = {
  descriptor: autoDescriptor,
  async *fit(context) {
    const { images, seed, folder, parameters, stock } = context
    const began = performance.now()
    const left = () => 60 * (context.minutes ?? usualMinutes) - (performance.now() - began) / 1000
    const threads = readPlan(folder)?.threads ?? context.threads
    const settings = { ...instantDescriptor.parameters.parse({}), symmetry: parameters.symmetry, seed, threads }
    const products = await MatrixProducts.create(threads)
    try {
      const first = yield* paced(fitInstantEncoder(images, settings, products))
      if (!first.source) return first
      if (images.count < fewestImages) return alone(first, `there are only ${images.count} images`)
      if (!parameters.stock) return alone(first, 'it was to learn from these images alone')
      if (!stock) return alone(first, 'the encoder that comes with the app is missing from this installation')
      const fit = yield* fitInTime({ ...context, threads }, first.source, readFileSync(stock), left, products)
      if (typeof fit === 'string') return alone(first, whyNot[fit])
      yield atStage('Comparing encoders without labels', 0, 2)
      const { model, columns } = joinedModel(first.source, fit, threads)
      return await better(first, { model, dimensions: columns }, { ...context, threads }, products)
    } finally {
      await products.dispose()
    }
  },
}

const whyNot: Record<Extract<StockFit, string>, string> = {
  'no time': 'there was no time for more: a budget of several times that of the instant encoder is worth it',
  'too alike': 'to the stock encoder the images are all alike',
}

async function* fitInTime(
  { images, seed, threads, folder, minutes }: Context,
  source: InstantSource,
  file: Uint8Array,
  left: () => number,
  products: MatrixProducts,
): AsyncGenerator<Progress, StockFit> {
  const known = readPlan(folder)
  const viewsFor = (count: number, secondsPerLook: number) => {
    const toEmbed = images.count * secondsPerLook
    // One look more is at the images as they are.
    const affordable = Math.min(mostViews, Math.floor((viewShare * left() - toEmbed) / (count * secondsPerLook)) - 1)
    // Who gives no time wants the encoder, however long a large folder takes.
    const otherwise = minutes === undefined ? fewestViews : 0
    const views = known?.steps ?? (affordable < fewestViews ? otherwise : affordable)
    writePlan(folder, { steps: views, batch: count, threads, secondsPerStep: count * secondsPerLook })
    return views
  }
  const settings = { augmentation: source.augmentation, viewsFor, dimensions, seed, threads }
  return yield* paced(fitStock(file, images, settings, products))
}

/** The second, unless it is sure that fewer of the same images are found again by an altered version of them. */
async function better(
  first: InstantEncoder,
  second: ScoredEncoder,
  { images, threads, folder, pool = poolOf(images, mostScored) }: Context,
  products: MatrixProducts,
): Promise<FittedEncoder> {
  const scored = async (encoder: ScoredEncoder) => {
    const { scores, found } = await labelFreeScores(encoder, pool, threads, products)
    return { found, share: `${(100 * scores.retrieval).toFixed(1)} %` }
  }
  const [before, after] = [await scored(first), await scored(second)]
  const found = `an altered version finds its image in ${after.share} of cases with it, ${before.share} without`
  const chosen = pairedGain(after.found, before.found).high < 0 ? first : second
  const reason =
    chosen === second
      ? `The instant encoder is joined by the stock encoder (MobileNetV2, Open Images V4), fitted to these images: ${found}.`
      : `The instant encoder is used alone; the stock encoder did not help: ${found}.`
  const { secondsPerStep, batch } = readPlan(folder)!
  const minutes = Math.round((images.count * secondsPerStep) / batch / 60)
  const slow = chosen === second && minutes > 0 ? [`Describing all images with it takes about ${minutes} min.`] : []
  return { model: chosen.model, dimensions: chosen.dimensions, notes: [reason, ...slow, ...first.notes] }
}

function alone({ model, dimensions, notes }: InstantEncoder, why: string): FittedEncoder {
  return { model, dimensions, notes: [`The instant encoder is used: ${why}.`, ...notes] }
}
