/** Which head: chosen by cross-validation on the annotations; its confidences calibrated on the same folds. */
import type { Measured } from '@shared/contract/progress'
import { HandfulError } from '@shared/errors'
import { calibrate, decide, likeliest } from './calibration'
import { foldsOf } from './folds'
import { fitter, type HeadInput, type Memory } from './head'
import { type Isotonic, isotonicAt, worthIsotonic } from './isotonic'
import { heldOutGuesses, measure } from './measured'
import { reduced } from './reduced'
import { heads } from './registry'
import { spreadHead } from './spread'

export interface FittedHead {
  method: string
  title: string
  /** Accuracy on held-out annotations by method; empty when there are too few to say. */
  crossValidated: Record<string, number>
  /** float32 [rows, classCount] and the exponent that calibrates them. */
  probabilities: Float32Array
  exponent: number
  /** Class index by row, and how sure, 0–1. */
  predictions: Uint16Array
  confidences: Float32Array
}

/** A choice made before, good for as long as the labels have not changed by a tenth. */
export interface Choice {
  method: string
  crossValidated: Record<string, number>
  /** Exponent on the probabilities. */
  temperature: number
  /** On confidences after it, where cross-validation finds that better. */
  isotonic: Isotonic | null
  labels: number
  classes: number
  /** What the fair samples among the held-out labels say; null while there are none. */
  measured: Measured | null
}

/** Labels per class on average below which spreading is taken unseen: it helps most when labels are few. */
const fewestPerClass = 2

export interface FitOptions {
  seed: number
  earlier: Choice | null
  memory?: Memory
  /** Positions of labels that are a fair sample of the folder: drawn uniformly or audited. */
  fair?: readonly number[]
}

/** @throws HandfulError NOT_READY with fewer than two classes */
export async function fitBestHead(input: HeadInput, options: FitOptions): Promise<{ fitted: FittedHead; choice: Choice }> {
  const { earlier, memory = new Map<string, unknown>() } = options
  const { labels } = input
  const present = new Set(labels.classes).size
  if (present < 2) throw new HandfulError('NOT_READY', { needs: 'labels of at least two classes' })
  const keep = earlier?.classes === present && Math.abs(labels.rows.length - earlier.labels) < 0.1 * earlier.labels
  const choice = keep ? earlier : await choose(input, present, options)
  const head = heads.find(({ id }) => id === choice.method)!
  const { probabilities } = await fitter(input, null, memory)(head)
  const decided = decide(probabilities, labels.classCount, choice.temperature)
  const { method, crossValidated, temperature: exponent, isotonic } = choice
  if (isotonic) decided.confidences.forEach((one, row) => (decided.confidences[row] = isotonicAt(isotonic, one)))
  return { fitted: { method, title: head.title, crossValidated, probabilities, exponent, ...decided }, choice }
}

async function choose(input: HeadInput, present: number, { seed, memory, fair = [] }: FitOptions): Promise<Choice> {
  const count = input.labels.rows.length
  const unseen: Choice = {
    method: spreadHead.id,
    crossValidated: {},
    temperature: 1,
    isotonic: null,
    labels: count,
    classes: present,
    measured: null,
  }
  if (count < fewestPerClass * present) return unseen
  const small = await reduced(input)
  const folds = foldsOf(small, seed, fair)
  if (!folds) return unseen
  const { classes, classCount } = small.labels
  // Weights of the softmax head are good to start from whatever rows there are; what others remember is of all rows.
  const weights: Memory = new Map([['softmax', memory?.get('softmax')]])
  const fitOf = fitter(small, folds, weights)
  const positions = [...folds.keys()].filter((position) => folds[position]! >= 0)
  const results = []
  for (const head of heads.filter((one) => count >= one.fewestPerClass * present)) {
    const { heldOut } = await fitOf(head)
    results.push({
      head,
      heldOut,
      right: positions.map((position) => Number(likeliest(heldOut, position, classCount) === classes[position])),
    })
  }
  const best = results.reduce((chosen, other) => (clearlyBetter(other.right, chosen.right) ? other : chosen))
  const accuracy = (right: number[]) => right.reduce((sum, one) => sum + one, 0) / right.length
  const general = calibrate(best.heldOut, positions, classes, classCount)
  const fairHeld = fair.filter((position) => folds[position]! >= 0)
  // Chosen labels are harder or easier than the folder: fair ones put the exponent right as far as there are enough of them.
  const temperature = calibrate(best.heldOut, fairHeld, classes, classCount, { centre: Math.log2(general), stray: 0.5 })
  const heldOut = { heldOut: best.heldOut, exponent: temperature }
  const isotonic = worthIsotonic(heldOutGuesses(heldOut, fairHeld, classes, classCount), seed)
  return {
    ...unseen,
    method: best.head.id,
    crossValidated: Object.fromEntries(results.map(({ head, right }) => [head.id, accuracy(right)])),
    temperature,
    isotonic,
    measured: await measure(small, best.head, {
      heldOut: best.heldOut,
      folds,
      fair,
      exponent: temperature,
      isotonic,
      seed,
      memory: weights,
    }),
  }
}

/** By more than two standard errors of the paired difference. */
function clearlyBetter(right: number[], than: number[]): boolean {
  const differences = right.map((one, at) => one - than[at]!)
  const sum = differences.reduce((total, one) => total + one, 0)
  const square = differences.reduce((total, one) => total + one ** 2, 0)
  return sum > 2 * Math.sqrt(square - sum ** 2 / differences.length)
}
