/** The last part of the encoder race: a network trained on the folder in the time that is left. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import { type AffineMap, fitClosedForm } from '../encoders/closed-form'
import type { Description } from '../encoders/describe'
import { withMap, withNetwork } from '../encoders/joined'
import { draw, random } from '../engine/random'
import { countOf, pairedGain } from '../evaluate/ranking'
import type { Augmentation } from '../views/augmentation'
import { trained } from './gradient-task'
import { type Best, type Context, dimensions, foundIn, mostScored, type Race, shareOf } from './race'
import { readPlan, writePlan } from './step-plan'
import { atStage, type FittedEncoder } from './task'
import { trainingViews } from './training-views'
import { prepareVicreg } from './vicreg'
import { vicregDescriptor } from './vicreg.descriptor'

/** What a network learns that sees each image less often is not worth the wait. */
const fewestPasses = 5
/** More passes bring hardly more (Chen et al. 2020, figure 9): the rest of a long budget is left unspent. */
const mostPasses = 1000
const mostInStep = 64
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
 * is there does: one that learned too little does not, and would do harm.
 */
export async function* joinNetwork(best: Best, race: Race): AsyncGenerator<Progress, Pick<Best, 'encoder' | 'notes'>> {
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
  const encoder = withNetwork(best.encoder, Math.sqrt(best.parts) / lengthOf(found, before), network.model, step.value)
  return { encoder, notes: [...best.notes, learned, ...network.notes] }
}

/** Of the network's part, where each of the others has length 1. @param found which images by it, and by what was there `before` */
export const lengthOf = (found: Uint8Array, before: Uint8Array) =>
  Math.max(1, Math.min(mostLength, countOf(found) / Math.max(1, countOf(before))))

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
  // The network's looks, at what it is fitted on and twice at what it is tested on, are taken to be as slow as those of the instant encoder.
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
