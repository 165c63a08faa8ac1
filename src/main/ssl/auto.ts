/**
 * The encoder race: the instant encoder, then the stock encoder fitted to the folder, then a network trained on the folder in the time that is left,
 * as parts of one embedding; what a score without labels finds harmful is left out.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import { type AffineMap, fitClosedForm } from '../encoders/closed-form'
import type { Description } from '../encoders/describe'
import { fitInstantEncoder, type InstantEncoder, type InstantSource } from '../encoders/instant'
import { joinedModel, withMap, withNetwork } from '../encoders/joined'
import { fitStock, type StockFit } from '../encoders/stock'
import { MatrixProducts } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { foundBy } from '../evaluate/label-free'
import { countOf, pairedGain } from '../evaluate/ranking'
import { poolOf } from '../evaluate/score-pool'
import type { Augmentation } from '../views/augmentation'
import { autoDescriptor } from './auto.descriptor'
import { trained } from './gradient-task'
import { instantDescriptor } from './instant.descriptor'
import { paced } from './pace'
import { readPlan, writePlan } from './step-plan'
import { atStage, type FitContext, type FittedEncoder, type PretextTask } from './task'
import { trainingViews } from './training-views'
import { prepareVicreg } from './vicreg'
import { vicregDescriptor } from './vicreg.descriptor'

type Context = FitContext<z.infer<typeof autoDescriptor.parameters>>

/** When no time is given. */
const usualMinutes = 5
/** Altered versions of each image that the stock encoder is fitted on. */
const [fewestViews, mostViews] = [4, 16]
/** Of the time left, for these versions: more of them bring little, and the network wants the rest. */
const viewShare = 0.3
const dimensions = 128
/** Altered versions that the instant encoder compares where time is short and images are many: as good there, and sooner. */
const [shortMinutes, manyImages, versionsWhenShort] = [5, 500, 8]
const usualVersions = instantDescriptor.parameters.parse({}).views
/** Images that scores look at, and that the network's values are fitted on. */
const [mostScored, mostFitted] = [1000, 6000]

/** What a network learns that sees each image less often is not worth the wait. */
const fewestPasses = 5
/** More passes bring hardly more (Chen et al. 2020, figure 9): the rest of a long budget is left unspent. */
const mostPasses = 1000
const mostInStep = 64
/** Twice the usual one: the little time that is left counts. */
const learningRate = 0.004
/** The network's part is as long as the others, and longer by how much oftener it finds images than they do together, up to this. */
const mostLength = 2
/** Altered versions of each image that the network's values are fitted on. */
const networkViews = 4
/** Of what is left then, the fit and the test of the network take at most this share. */
const mostAfter = 0.4
/** Looks that the choices of the instant encoder are worth, beside those at altered versions. */
const looksToChoose = 10

/** What is best so far: parts of one embedding. */
interface Best {
  readonly encoder: Description
  readonly parts: number
  readonly notes: readonly string[]
  /** Which images an altered version finds by it, where that is known. */
  readonly found?: Uint8Array
  /** That describing an image takes, where it counts. */
  readonly secondsPerImage: number
}

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
      const looks = Math.min(images.count, mostFitted) * (versions + looksToChoose)
      const secondsPerLook = (performance.now() - began) / 1000 / looks
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

interface Race extends Context {
  readonly source: InstantSource
  /** Seconds. */
  readonly left: () => number
  /** That a look of the instant encoder took, with what was computed from it. */
  readonly secondsPerLook: number
  readonly products: MatrixProducts
}

async function* joinStock({ model, dimensions }: InstantEncoder, race: Race): AsyncGenerator<Progress, Best> {
  const { parameters, stock, threads, images, folder } = race
  const encoder: Description = { model, columns: dimensions, threads }
  const without = (why: string, found?: Uint8Array): Best => {
    return { encoder, parts: 1, notes: [`The instant encoder is used: ${why}.`], secondsPerImage: 0, ...(found && { found }) }
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
  return { encoder: joined, parts: 2, notes: [reason, ...slow], found, secondsPerImage }
}

/**
 * A network that learns from these images for as long as there is time. It joins where it finds images by itself as often as what
 * is there does: on a few hundred photos it does not, and would do harm.
 */
async function* joinNetwork(best: Best, race: Race): AsyncGenerator<Progress, Pick<Best, 'encoder' | 'notes'>> {
  const { images, threads, source, seed, products } = race
  const { mirrored, upsideDown, quarterTurns } = source.augmentation
  const augmentation = { ...trainingViews('compared', 'photos'), mirrored, upsideDown, quarterTurns }
  let network: FittedEncoder | null
  try {
    network = yield* trainInTime(best, race, augmentation)
  } catch (cause) {
    // Training that collapses takes nothing from what is there.
    if (!(cause instanceof HandfulError && cause.code === 'NOTHING_TO_DO')) throw cause
    return { ...best, notes: [...best.notes, `No network joins: ${cause.message}`] }
  }
  if (!network) return best
  const plain: Description = { model: network.model, columns: network.dimensions, threads }
  const mapped = (map: AffineMap): Description => ({ ...plain, model: withMap(network.model, map), columns: map.weights.columns })
  const chosen = draw(images.count, mostFitted, random(seed, 0x6e77)).sort()
  const settings = { augmentation, views: networkViews, components: network.dimensions, dimensions, seed }
  const fit = fitClosedForm(images, chosen, plain, mapped, settings, products)
  let step = await fit.next()
  for (; !step.done; step = await fit.next()) yield atStage('Fitting what the network learned', step.value.done, step.value.total)
  if (!step.value) return best
  yield atStage('Comparing encoders without labels', 0, 1)
  const before = best.found ?? (await foundIn(best.encoder, race))
  const found = await foundIn(mapped(step.value), race)
  const isWorth = pairedGain(found, before).gain >= 0
  const how = `by it an altered version finds its image in ${shareOf(found)} of cases, without it in ${shareOf(before)}`
  const learned = `A network learned from these images ${isWorth ? 'and joins' : 'but is left out'}: ${how}.`
  if (!isWorth) return { ...best, notes: [...best.notes, learned] }
  const length = Math.min(mostLength, countOf(found) / Math.max(1, countOf(before)))
  const encoder = withNetwork(best.encoder, Math.sqrt(best.parts) / length, network.model, step.value)
  return { encoder, notes: [...best.notes, learned, ...network.notes] }
}

const networkFolder = ({ folder }: Context) => join(folder, 'network')

/** Null without a budget, or where it does not allow for enough passes through the images. */
async function* trainInTime(
  { secondsPerImage }: Best,
  race: Race,
  augmentation: Augmentation,
): AsyncGenerator<Progress, FittedEncoder | null> {
  const { images, minutes, threads, left, secondsPerLook } = race
  const folder = networkFolder(race)
  mkdirSync(folder, { recursive: true })
  const batch = Math.min(mostInStep, images.count)
  // The network's looks take no longer than those of the instant encoder: at what it is fitted on, and twice at what it is tested on.
  const looks = (networkViews + 1) * Math.min(images.count, mostFitted) + 2 * Math.min(images.count, mostScored)
  const after = Math.min(mostAfter * left(), looks * secondsPerLook)
  // Describing all images comes after, too, by every part.
  const seconds = left() - after - images.count * (secondsPerImage + 2 * secondsPerLook)
  const known = readPlan(folder)
  if (known?.steps === 0) return null
  if (!known && (minutes === undefined || seconds <= 0)) {
    writePlan(folder, { steps: 0, batch, threads, secondsPerStep: 0 })
    return null
  }
  const encoder = race.parameters.stock ? 'auto' : 'small'
  const parameters = vicregDescriptor.parameters.parse({ batch, encoder, learningRate, stopEarly: false })
  const context = { ...race, folder, parameters, augmentation, minutes: seconds / 60 }
  const network = yield* trained(prepareVicreg, context, { output: 'network', mostPasses, fewestPasses })
  return readPlan(folder)!.steps === 0 ? null : network
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

/** Which images an altered version finds by this encoder. */
function foundIn(
  { model, columns }: Description,
  { images, threads, pool = poolOf(images, mostScored), products }: Race,
): Promise<Uint8Array> {
  return foundBy({ model, dimensions: columns }, pool, threads, products)
}

const shareOf = (found: Uint8Array) => `${((100 * countOf(found)) / found.length).toFixed(1)} %`

function alone({ model, dimensions, notes }: InstantEncoder, why: string): FittedEncoder {
  return { model, dimensions, notes: [`The instant encoder is used: ${why}.`, ...notes] }
}
