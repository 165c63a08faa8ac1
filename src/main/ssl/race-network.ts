/** The last part of the encoder race: a network trained on the folder in the time that is left. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import { type AffineMap, fitClosedForm } from '../encoders/closed-form'
import type { Description } from '../encoders/describe'
import { withMap, withNetwork } from '../encoders/joined'
import { rescaled } from '../encoders/rescaled'
import { draw, random } from '../engine/random'
import { readCheckpoint } from '../engine/training/checkpoint'
import { countOf, pairedGain } from '../evaluate/ranking'
import type { Augmentation } from '../views/augmentation'
import type { Partners } from './batches'
import { trained } from './gradient-task'
import { findPartners, mostPaired, viewsPaired } from './partners'
import { type Best, type Context, dimensions, foundIn, mostScored, type Race, shareOf } from './race'
import { lastStep, readPlan, writePlan } from './step-plan'
import { atStage } from './task'
import { trainingViews } from './training-views'
import { prepareVicreg } from './vicreg'
import { vicregDescriptor } from './vicreg.descriptor'
import type { Start } from './transfer'

/** What a network learns that sees each image less often is not worth the wait. */
const fewestPasses = 5
/** More passes bring hardly more (Chen et al. 2020, figure 9): the rest of a long budget is left unspent. */
const mostPasses = 1000
const mostInStep = 64
/** A network that has so long learns without partners for this share of the time, then with them. */
const [secondsToShare, shareAlone] = [240, 1 / 3]
/** Twice the usual one: the little time that is left counts. */
const learningRate = 0.004
/** The network's part is as long as the others, and longer by how much oftener it finds images than they do together, up to this. */
const mostLength = 2
/** Images that the network's values are fitted on at most, and altered versions of each. */
const [mostFitted, networkViews] = [6000, 4]
/** Of what is left then, the fit and the test of the network take at most this share. */
const mostAfter = 0.4

/**
 * A network that learns from these images for as long as there is time. It joins where it finds images by itself as often as what
 * is there does: one that learned too little does not, and would do harm. Of a long time it learns the most with partners.
 */
export async function* joinNetwork(best: Best, race: Race): AsyncGenerator<Progress, Pick<Best, 'encoder' | 'notes'>> {
  const { mirrored, upsideDown, quarterTurns } = race.source.augmentation
  const augmentation = { ...trainingViews('compared', 'photos'), mirrored, upsideDown, quarterTurns }
  const goesOn = isPlanned(race, partnersFolder(race), secondsToGoOn(best, race))
  let first: Learned | null
  try {
    first = yield* learnInTime(best, race, goesOn ? shareAlone : 1, augmentation)
  } catch (cause) {
    return { ...best, notes: [...best.notes, `No network joins: ${collapse(cause).message}`] }
  }
  if (!first) return best
  const before = best.found ?? (await foundIn(best.encoder, race))
  const isWorth = ({ found }: Learned) => pairedGain(found, before).gain >= 0
  // What finds too few images finds no partners either, but may still learn.
  const alike = goesOn && isWorth(first) ? yield* findPartners(joinedBy(best, first, before), race) : null
  const second = goesOn ? yield* goOn(best, race, alike?.partners, augmentation) : null
  const learned = second && isWorth(second) ? second : first
  const how = `by it an altered version finds its image in ${shareOf(learned.found)} of cases, without it in ${shareOf(before)}`
  const said = (what: string) => [...best.notes, `A network learned from these images ${what}: ${how}.`]
  if (!isWorth(learned)) return { ...best, notes: said('but is left out') }
  const parts = alike?.pairs.length
    ? await rescaled(best.encoder, best.parts, alike.seen, alike.pairs, race.products)
    : best.encoder
  const outcome = learned === second ? '' : ', then found fewer images, and is used as it was before'
  const further = second ? [...(alike?.notes ?? []), `It learned for ${stepsOf(partnersFolder(race))} steps more${outcome}.`] : []
  const notes = [...said('and joins'), ...first.notes, ...further]
  return { encoder: joinedBy({ ...best, encoder: parts }, learned, before), notes }
}

const stepsOf = (folder: string) => lastStep(readPlan(folder)!).toLocaleString('en')

/** A network, its values behind an affine map, and which images an altered version finds by these. */
interface Learned {
  readonly model: Uint8Array
  readonly map: AffineMap
  readonly found: Uint8Array
  readonly notes: readonly string[]
}

const joinedBy = ({ encoder, parts }: Best, { model, map, found }: Learned, before: Uint8Array): Description =>
  withNetwork(encoder, Math.sqrt(parts.length) / lengthOf(found, before), model, map)

/** What goes wrong where training collapses, which takes nothing from what is there; anything else is thrown. */
function collapse(cause: unknown): Error {
  if (cause instanceof HandfulError && cause.code === 'NOTHING_TO_DO') return cause
  throw cause
}

/** Of the network's part, where each of the others has length 1. @param found which images by it, and by what was there `before` */
export const lengthOf = (found: Uint8Array, before: Uint8Array) =>
  Math.max(1, Math.min(mostLength, countOf(found) / Math.max(1, countOf(before))))

const networkFolder = ({ folder }: Context) => join(folder, 'network')
const partnersFolder = (context: Context) => join(networkFolder(context), 'partners')

/** For training, when nothing else was to do but what comes after it. */
function secondsFor({ secondsPerImage }: Best, race: Race): number {
  const { images, left, secondsPerLook } = race
  // Describing all images comes after, too, by every part.
  return left() - Math.min(mostAfter * left(), secondsAfter(race)) - images.count * (secondsPerImage + 2 * secondsPerLook)
}

/** The network's looks, at what it is fitted on and twice at what it is tested on, are taken to be as slow as those of the instant encoder. */
function secondsAfter({ images, secondsPerLook }: Race): number {
  const looks = (networkViews + 1) * Math.min(images.count, mostFitted) + 2 * Math.min(images.count, mostScored)
  return looks * secondsPerLook
}

/** Null without a budget, or where it does not allow for enough passes through the images. @param share of the time */
async function* learnInTime(
  best: Best,
  race: Race,
  share: number,
  augmentation: Augmentation,
): AsyncGenerator<Progress, Learned | null> {
  const passes = [share * fewestPasses, share * mostPasses] as const
  return yield* learn(race, { folder: networkFolder(race), seconds: share * secondsFor(best, race), passes, augmentation })
}

/** More than the least that is worth it, beside its own share and what comes between: a fit, a test, and looking for partners by the network, too. */
function secondsToGoOn(best: Best, race: Race): number {
  const { images, secondsPerLook } = race
  const toPair = viewsPaired * Math.min(images.count, mostPaired) * (best.secondsPerImage + 2 * secondsPerLook)
  const all = secondsFor(best, race)
  return (1 - shareAlone) * (all - secondsToShare) - secondsAfter(race) - toPair
}

/** On from where the network is; null where that collapses or comes to no steps. */
async function* goOn(
  best: Best,
  race: Race,
  partners: Partners | undefined,
  augmentation: Augmentation,
): AsyncGenerator<Progress, Learned | null> {
  const { variables } = readCheckpoint(join(networkFolder(race), 'checkpoint'))!
  const start: Start = { variables, encoder: null, name: 'the race' }
  // However long partners took to find: what was planned is repeated, if by a single step.
  const seconds = Math.max(1, secondsFor(best, race))
  try {
    const passes = [0, (1 - shareAlone) * mostPasses] as const
    // Looks are numbered by steps: its own would take the place of those before it.
    return yield* learn(
      { ...race, looks: undefined },
      { folder: partnersFolder(race), seconds, passes, augmentation, partners, start },
    )
  } catch (cause) {
    collapse(cause)
    return null
  }
}

/** Whether there is anything to train, which a plan says from then on. */
function isPlanned({ minutes, images, threads }: Race, folder: string, seconds: number): boolean {
  const known = readPlan(folder)
  if (known) return known.steps > 0
  if (minutes !== undefined && seconds > 0) return true
  mkdirSync(folder, { recursive: true })
  writePlan(folder, { steps: 0, batch: batchOf(images.count), threads, secondsPerStep: 0 })
  return false
}

const batchOf = (images: number) => Math.min(mostInStep, images)

interface Learning {
  readonly folder: string
  readonly seconds: number
  /** Fewest and most. */
  readonly passes: readonly [number, number]
  readonly augmentation: Augmentation
  readonly partners?: Partners | undefined
  readonly start?: Start
}

async function* learn(race: Race, learning: Learning): AsyncGenerator<Progress, Learned | null> {
  const { images, threads, seed, products } = race
  const { folder, seconds, passes, augmentation, partners, start } = learning
  if (!isPlanned(race, folder, seconds)) return null
  mkdirSync(folder, { recursive: true })
  const encoder = race.parameters.stock ? 'auto' : 'small'
  const batch = batchOf(images.count)
  const parameters = vicregDescriptor.parameters.parse({ batch, encoder, learningRate, stopEarly: false })
  const context = { ...race, folder, parameters, augmentation, partners, minutes: seconds / 60 }
  const [fewest, most] = passes
  const options = { output: 'network', fewestPasses: fewest, mostPasses: most, start: start ?? null }
  const { model, dimensions: columns, notes } = yield* trained(prepareVicreg, context, options)
  if (readPlan(folder)!.steps === 0) return null
  const plain: Description = { model, columns, threads }
  const mapped = (map: AffineMap): Description => ({ ...plain, model: withMap(model, map), columns: map.weights.columns })
  const chosen = draw(images.count, mostFitted, random(seed, 0x6e77)).sort()
  const settings = { augmentation, views: networkViews, components: columns, dimensions, seed }
  const fit = fitClosedForm(images, chosen, plain, mapped, settings, products)
  let step = await fit.next()
  for (; !step.done; step = await fit.next()) yield atStage('Fitting what the network learned', step.value.done, step.value.total)
  if (!step.value) return null
  yield atStage('Comparing encoders without labels', 0, 1)
  return { model, map: step.value, found: await foundIn(mapped(step.value), race), notes }
}
