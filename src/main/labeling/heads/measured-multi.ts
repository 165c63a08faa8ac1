/** What the fair samples of a multi-label project say of its heads: an image is right when exactly its classes are guessed. */
import type { Measured } from '@shared/contract/progress'
import { advise, extrapolated, wilson } from './measured'
import { crossValidate, type CrossValidated, type MultiInput } from './one-vs-rest'
import { reliability } from './reliability'

/**
 * @param fair positions of labels that are a fair sample of the folder
 * @param seen see crossValidate
 * @returns null without fair samples
 */
export function measureMulti(
  input: MultiInput,
  whole: CrossValidated,
  fair: readonly number[],
  seen: (position: number) => boolean,
  seed: number,
): Measured | null {
  const { labels } = input
  const positions = fair.filter((position) => whole.folds[position]! >= 0)
  if (positions.length === 0) return null
  const right = positions.map((position) => Number(allRight(input, whole.heldOut, position)))
  const half = crossValidate(input, seen, seed, 2)
  const gain =
    half &&
    extrapolated(
      positions.map((position, at) => right[at]! - Number(allRight(input, half.heldOut, position))),
      labels.rows.length,
    )
  const sum = right.reduce((total, one) => total + one, 0)
  const accuracy = wilson(sum, positions.length)
  const guesses = positions.map((position, at) => ({
    confidence: sureOfAll(whole.heldOut, position, labels.classCount),
    right: right[at] === 1,
  }))
  return {
    checks: positions.length,
    right: sum,
    accuracy,
    gainOfTen: gain,
    advice: advise(positions.length, accuracy, gain),
    calibration: reliability(guesses),
    calibratedBy: 'none',
  }
}

/** Classes of which nothing is known do not count. */
function allRight({ labels: { targets, classCount } }: MultiInput, heldOut: Float32Array, position: number): boolean {
  for (let at = position * classCount; at < (position + 1) * classCount; at++)
    if (targets[at] !== 0 && targets[at]! > 0 !== heldOut[at]! >= 0.5) return false
  return true
}

/** Probability that every decision is right, the classes taken as independent. */
function sureOfAll(heldOut: Float32Array, position: number, classCount: number): number {
  let product = 1
  for (let at = position * classCount; at < (position + 1) * classCount; at++) product *= Math.max(heldOut[at]!, 1 - heldOut[at]!)
  return product
}
