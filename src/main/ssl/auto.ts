/**
 * The encoder race: the instant encoder, then a small network trained on its features for the rest of the time, as halves of one embedding;
 * the better of the two by a score without labels is used.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import { fitInstantEncoder, type InstantEncoder, type InstantSource } from '../encoders/instant'
import { refinedModel } from '../encoders/refined'
import { MatrixProducts } from '../engine/linear-algebra'
import { labelFreeScores, type ScoredEncoder } from '../evaluate/label-free'
import { poolOf } from '../evaluate/score-pool'
import { autoDescriptor } from './auto.descriptor'
import { featuredImages, featureViews } from './feature-views'
import { instantDescriptor } from './instant.descriptor'
import { paced } from './pace'
import { refine } from './refine'
import { readPlan, writePlan } from './step-plan'
import { atStage, type FitContext, type FittedEncoder, type PretextTask } from './task'

type Context = FitContext<z.infer<typeof autoDescriptor.parameters>>

/** When no time is given. */
const usualMinutes = 5
/** Fewer images hold nothing that a network could learn beyond the closed form. */
const fewestImages = 32
const [fewestViews, mostViews] = [4, 16]
/** Views of all images together. */
const mostViewedImages = 60_000
/** Training takes at least these seconds, whatever is left. */
const fewestSeconds = 5
const network = { hidden: 512, dimensions: 128 }
/** Images that scores look at. */
const scored = 1000

export const auto: PretextTask<typeof autoDescriptor.parameters> = {
  descriptor: autoDescriptor,
  async *fit(context) {
    const { images, seed, folder } = context
    const began = performance.now()
    const spent = () => (performance.now() - began) / 1000
    const budget = 60 * (context.minutes ?? usualMinutes)
    const known = readPlan(folder)
    const threads = known?.threads ?? context.threads
    const settings = { ...instantDescriptor.parameters.parse({}), symmetry: context.parameters.symmetry, seed, threads }
    const products = await MatrixProducts.create(threads)
    try {
      const first = yield* paced(fitInstantEncoder(images, settings, products))
      const views = known?.steps ?? viewsFor(images.count, spent(), budget)
      writePlan(folder, { steps: views, batch: images.count, threads, secondsPerStep: spent() })
      if (!first.source) return { model: first.model, dimensions: first.dimensions, notes: first.notes }
      if (views === 0) return onlyInstant(first, images.count)
      const left = { views, secondsLeft: () => budget - spent() }
      const second = yield* refined({ ...context, threads }, first.source, left, products)
      if (!second) return onlyInstant(first, images.count)
      yield atStage('Comparing encoders without labels', 0, 2)
      return await better(first, second, { ...context, threads }, products)
    } finally {
      await products.dispose()
    }
  },
}

/** None when there are too few images or too little time is left. */
function viewsFor(count: number, spent: number, budget: number): number {
  if (count < fewestImages) return 0
  // The instant encoder looks at some 25 versions of each image in all.
  const affordable = (0.6 * (budget - spent) * 25) / spent
  const views = Math.floor(Math.min(mostViews, mostViewedImages / Math.min(count, featuredImages), affordable))
  return views < fewestViews ? 0 : views
}

async function* refined(
  context: Context,
  source: InstantSource,
  { views, secondsLeft }: { views: number; secondsLeft: () => number },
  products: MatrixProducts,
): AsyncGenerator<Progress, ScoredEncoder | null> {
  const { images, seed, threads, parameters } = context
  const featured = yield* featureViews(images, source, { views, seed, threads }, products)
  if (!featured) return null
  const folder = join(context.folder, 'refined')
  mkdirSync(folder, { recursive: true })
  const minutes = Math.max(fewestSeconds, secondsLeft()) / 60
  const layers = yield* refine(featured, { ...context, folder, minutes }, { ...network, mostSteps: parameters.steps }, products)
  const { model, columns } = refinedModel(source.features, { map: featured.map, layers }, threads, source.map)
  return { model, dimensions: columns }
}

/** The second, unless fewer images are found again by an altered version of them than luck explains. */
async function better(
  first: InstantEncoder,
  second: ScoredEncoder,
  { images, threads, pool = poolOf(images, scored) }: Context,
  products: MatrixProducts,
): Promise<FittedEncoder> {
  const retrieval = async (encoder: ScoredEncoder) => (await labelFreeScores(encoder, pool, threads, products)).scores.retrieval
  const [before, after] = [await retrieval(first), await retrieval(second)]
  const noise = 2 * Math.sqrt((before * (1 - before)) / pool.asked)
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const found = `an altered version finds its image in ${percent(after)} of cases with it, ${percent(before)} without`
  const chosen = after >= before - noise ? second : first
  const reason =
    chosen === second
      ? `The instant encoder is joined by a small network trained on its features: ${found}.`
      : `The instant encoder is used alone; a small network trained on its features did not help: ${found}.`
  return { model: chosen.model, dimensions: chosen.dimensions, notes: [reason, ...first.notes] }
}

function onlyInstant({ model, dimensions, notes }: InstantEncoder, count: number): FittedEncoder {
  const why =
    count < fewestImages
      ? `there are only ${count} images`
      : 'there was no time for more: a budget of several times that of the instant encoder is worth it'
  return { model, dimensions, notes: [`The instant encoder is used: ${why}.`, ...notes] }
}
