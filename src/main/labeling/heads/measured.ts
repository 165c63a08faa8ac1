/** What the fair samples among the labels say of a head, each seen by a fit that did not have it: accuracy, calibration, gain. */
import { type Advice, type Estimate, fewestChecks, type Measured } from '@shared/contract/progress'
import { decide, likeliest } from './calibration'
import { foldsOf } from './folds'
import { fitter, type Head, type HeadInput, type Memory } from './head'
import { crossFitted, type Isotonic } from './isotonic'
import { type Guess, reliability } from './reliability'

/** "Accurate": the share right is at least this, with 95 % confidence. */
const accurate = 0.95
/** "Small gain": ten more labels add less than this, with 95 % confidence. */
const smallGain = 0.01

interface Seen {
  /** float32 [labels, classCount] */
  heldOut: Float32Array
  folds: Int16Array
  /** Positions of the fair samples. */
  fair: readonly number[]
  exponent: number
  /** Of confidences after the exponent; null: they stay as they are. */
  isotonic: Isotonic | null
  seed: number
  memory: Memory
}

/** Null without fair samples. */
export async function measure(input: HeadInput, head: Head, seen: Seen): Promise<Measured | null> {
  const { classes, classCount } = input.labels
  const positions = seen.fair.filter((position) => seen.folds[position]! >= 0)
  if (positions.length === 0) return null
  const right = positions.map((position) => Number(likeliest(seen.heldOut, position, classCount) === classes[position]))
  const sum = right.reduce((total, one) => total + one, 0)
  const accuracy = wilson(sum, positions.length)
  const guesses = heldOutGuesses(seen, positions, classes, classCount)
  const gain = await gainOfTen(input, head, positions, right, seen)
  return {
    checks: positions.length,
    right: sum,
    accuracy,
    gainOfTen: gain,
    advice: advise(positions.length, accuracy, gain),
    calibration: reliability(seen.isotonic ? crossFitted(guesses, seen.seed) : guesses),
    calibratedBy: seen.isotonic ? 'isotonic' : 'temperature',
  }
}

/** What to do next, from what was measured. */
export function advise(checks: number, accuracy: Estimate, gain: Estimate | null): Advice {
  if (checks < fewestChecks) return 'more-checks'
  if (accuracy.low >= accurate) return 'accurate'
  return gain && gain.high < smallGain ? 'small-gain' : 'go-on'
}

/** The likeliest class of labels that were held out, how sure it is after the exponent, and whether it is right. */
export function heldOutGuesses(
  { heldOut, exponent }: Pick<Seen, 'heldOut' | 'exponent'>,
  positions: readonly number[],
  classes: Uint16Array,
  classCount: number,
): Guess[] {
  const rows = new Float32Array(positions.length * classCount)
  positions.forEach((position, at) =>
    rows.set(heldOut.subarray(position * classCount, (position + 1) * classCount), at * classCount),
  )
  const { predictions, confidences } = decide(rows, classCount, exponent)
  return positions.map((position, at) => ({ confidence: confidences[at]!, right: predictions[at] === classes[position] }))
}

/** Share of errors that falls as one over the square root of the labels: the usual slope of learning curves (Hestness et al. 2017). */
const slope = 0.5

/**
 * Error ∝ n^−slope: from half the labels to all it falls by a known share of what ten more are expected to gain. The halves are the two
 * folds of one cross-validation, each judged on the fair samples of the other; the interval is that of the paired difference.
 */
async function gainOfTen(
  input: HeadInput,
  head: Head,
  positions: number[],
  right: number[],
  { fair, seed, memory }: Seen,
): Promise<Estimate | null> {
  const { classes, classCount, rows } = input.labels
  const halves = foldsOf(input, seed, fair, 2)
  if (!halves) return null
  const { heldOut } = await fitter(input, halves, memory)(head)
  const gained = positions.map(
    (position, at) => right[at]! - Number(likeliest(heldOut, position, classCount) === classes[position]),
  )
  return extrapolated(gained, rows.length)
}

/** @param gained by fair sample: 1 right from all labels and wrong from half of them, −1 the other way round, 0 no difference */
export function extrapolated(gained: readonly number[], labels: number): Estimate {
  const n = labels
  const factor = (1 - (n / (n + 10)) ** slope) / (2 ** slope - 1)
  const mean = gained.reduce((total, one) => total + one, 0) / gained.length
  const square = gained.reduce((total, one) => total + (one - mean) ** 2, 0)
  /** One more of either sign, so that a few equal outcomes are not taken for certainty. */
  const deviation = Math.sqrt((square + 2) / (gained.length + 2) / (gained.length + 2))
  return {
    value: Math.max(0, factor * mean),
    low: Math.max(0, factor * (mean - 1.96 * deviation)),
    high: Math.max(0, factor * (mean + 1.96 * deviation)),
  }
}

/** Score interval of a proportion (Wilson 1927), 95 %. */
export function wilson(right: number, count: number): Estimate {
  const z = 1.96
  const value = right / count
  const centre = (value + z ** 2 / (2 * count)) / (1 + z ** 2 / count)
  const half = (z / (1 + z ** 2 / count)) * Math.sqrt((value * (1 - value)) / count + z ** 2 / (4 * count ** 2))
  return { value, low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
