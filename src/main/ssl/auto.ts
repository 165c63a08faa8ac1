/**
 * The encoder race: the instant encoder, then the stock encoder fitted to the folder, then a network trained on the folder in the time that is left,
 * as parts of one embedding; what a score without labels finds harmful is left out.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Progress } from '@shared/model'
import type { Description } from '../encoders/describe'
import { fitInstantEncoder, type InstantEncoder } from '../encoders/instant'
import { joinedModel } from '../encoders/joined'
import { fitStock, type StockFit } from '../encoders/stock'
import { MatrixProducts } from '../engine/linear-algebra'
import { pairedGain } from '../evaluate/ranking'
import { autoDescriptor } from './auto.descriptor'
import { instantDescriptor } from './instant.descriptor'
import { paced } from './pace'
import { type Best, type Context, dimensions, foundIn, type Race, shareOf } from './race'
import { joinNetwork } from './race-network'
import { readPlan, writePlan } from './step-plan'
import { atStage, type FittedEncoder, type PretextTask } from './task'

/** When no time is given. */
const usualMinutes = 5
/** Altered versions of each image that the stock encoder is fitted on. */
const [fewestViews, mostViews] = [4, 16]
/** Of the time left, for these versions, and how many of all images: more of them bring little, and the network wants the rest. */
const [viewShare, enoughViews] = [0.3, 40_000]
/** Altered versions that the instant encoder compares where time is short and images are many: as good there, and sooner. */
const [shortMinutes, manyImages, versionsWhenShort] = [5, 500, 8]
const usualVersions = instantDescriptor.parameters.parse({}).views

export const auto: PretextTask<typeof autoDescriptor.parameters> = {
  descriptor: autoDescriptor,
  async *fit(context) {
    const { images, seed, parameters } = context
    const began = performance.now()
    const left = () => 60 * (context.minutes ?? usualMinutes) - (performance.now() - began) / 1000
    const threads = (readPlan(instantFolder(context)) ?? readPlan(context.folder))?.threads ?? context.threads
    const versions = versionsFor(context, threads)
    const settings = { ...instantDescriptor.parameters.parse({ views: versions }), symmetry: parameters.symmetry, seed, threads }
    const products = await MatrixProducts.create(threads)
    try {
      const first = yield* paced(fitInstantEncoder(images, settings, products))
      if (!first.source) return first
      if (images.count < autoDescriptor.fewestImages) return alone(first, `there are only ${images.count} images`)
      const secondsPerLook = (performance.now() - began) / 1000 / first.source.looks
      const race = { ...context, threads, source: first.source, left, secondsPerLook, products }
      const withStock = yield* joinStock(first, race)
      const { encoder, notes } = yield* joinNetwork(withStock, race)
      return { model: encoder.model, dimensions: encoder.columns, notes: [...notes, ...first.notes] }
    } finally {
      await products.dispose()
    }
  },
}

const instantFolder = ({ folder }: Context) => join(folder, 'instant')

/** Altered versions that the instant encoder compares, kept in a plan of its own. */
function versionsFor(context: Context, threads: number): number {
  const folder = instantFolder(context)
  const { images, minutes = usualMinutes } = context
  const known = readPlan(folder)
  if (known) return known.steps
  // A race that was planned without saying so compared the usual ones.
  const isShort = !readPlan(context.folder) && images.count >= manyImages && minutes < shortMinutes
  const versions = isShort ? versionsWhenShort : usualVersions
  mkdirSync(folder, { recursive: true })
  writePlan(folder, { steps: versions, batch: images.count, threads, secondsPerStep: 0 })
  return versions
}

async function* joinStock({ model, dimensions }: InstantEncoder, race: Race): AsyncGenerator<Progress, Best> {
  const { parameters, stock, threads, images, folder } = race
  const encoder: Description = { model, columns: dimensions, threads }
  const without = (why: string, found?: Uint8Array): Best => {
    return {
      encoder,
      parts: [dimensions],
      notes: [`The instant encoder is used: ${why}.`],
      secondsPerImage: 0,
      ...(found && { found }),
    }
  }
  if (!parameters.stock) return without('it was to learn from these images alone')
  if (!stock) return without('the encoder that comes with the app is missing from this installation')
  const fit = yield* fitStockInTime(race, readFileSync(stock))
  if (typeof fit === 'string') return without(whyNot[fit])
  yield atStage('Comparing encoders without labels', 0, 2)
  const joined = joinedModel(race.source, fit, threads)
  const before = await foundIn(encoder, race)
  const found = await foundIn(joined, race)
  const how = `an altered version finds its image in ${shareOf(found)} of cases with it, ${shareOf(before)} without`
  if (pairedGain(found, before).high < 0) return without(`the stock encoder did not help: ${how}`, before)
  const { secondsPerStep, batch } = readPlan(folder)!
  const secondsPerImage = secondsPerStep / batch
  const minutes = Math.round((images.count * secondsPerImage) / 60)
  const slow = minutes > 0 ? [`Describing all images with it takes about ${minutes} min.`] : []
  const reason = `The instant encoder is joined by the stock encoder (MobileNetV2, Open Images V4), fitted to these images: ${how}.`
  return { encoder: joined, parts: [dimensions, joined.columns - dimensions], notes: [reason, ...slow], found, secondsPerImage }
}

const whyNot: Record<Extract<StockFit, string>, string> = {
  'no time': 'there was no time for more: a budget of several times that of the instant encoder is worth it',
  'too alike': 'to the stock encoder the images are all alike',
}

async function* fitStockInTime(
  { images, seed, threads, folder, minutes, source, left, products }: Race,
  file: Uint8Array,
): AsyncGenerator<Progress, StockFit> {
  const known = readPlan(folder)
  const viewsFor = (count: number, secondsPerLook: number) => {
    const toEmbed = images.count * secondsPerLook
    const most = Math.max(fewestViews, Math.min(mostViews, Math.floor(enoughViews / count)))
    // One look more is at the images as they are.
    const affordable = Math.min(most, Math.floor((viewShare * left() - toEmbed) / (count * secondsPerLook)) - 1)
    // Who gives no time wants the encoder, however long a large folder takes.
    const otherwise = minutes === undefined ? fewestViews : 0
    const views = known?.steps ?? (affordable < fewestViews ? otherwise : affordable)
    writePlan(folder, { steps: views, batch: count, threads, secondsPerStep: count * secondsPerLook })
    return views
  }
  const settings = { augmentation: source.augmentation, viewsFor, dimensions, seed, threads }
  return yield* paced(fitStock(file, images, settings, products))
}

function alone({ model, dimensions, notes }: InstantEncoder, why: string): FittedEncoder {
  return { model, dimensions, notes: [`The instant encoder is used: ${why}.`, ...notes] }
}
