/** What the fair samples of a multi-label project say of its heads: an image is right when exactly its classes are guessed. */
import type { Measured } from '@shared/contract/progress'
import { advise, extrapolated, wilson } from './measured'
import type { Calibrated } from './multi-calibration'
import { crossValidate, type CrossValidated, type MultiInput } from './one-vs-rest'
import { type Guess, reliability } from './reliability'

/**
 * @param calibrated see calibrateMulti
 * @param fair positions of labels that are a fair sample of the folder
 * @param seen see crossValidate
 * @returns null without fair samples
 */
export function measureMulti(
  input: MultiInput,
  whole: CrossValidated,
  calibrated: Calibrated,
  fair: readonly number[],
  seen: (position: number) => boolean,
  seed: number,
): Measured | null {
  const { labels } = input
  const positions = fair.filter((position) => whole.folds[position]! >= 0)
  if (positions.length === 0) return null
  const right = positions.map((position) => Number(allRight(input, calibrated.heldOut, position)))
  const half = crossValidate(input, seen, seed, 2)
  const gain =
    half &&
    extrapolated(
      // Both as the heads say it: what calibration brings is no gain of labels.
      positions.map((at) => Number(allRight(input, whole.heldOut, at)) - Number(allRight(input, half.heldOut, at))),
      labels.rows.length,
    )
  const sum = right.reduce((total, one) => total + one, 0)
  const accuracy = wilson(sum, positions.length)
  return {
    checks: positions.length,
    right: sum,
    accuracy,
    gainOfTen: gain,
    advice: advise(positions.length, accuracy, gain),
    calibration: reliability(positions.flatMap((position) => guessesOf(input, calibrated.heldOut, position))),
    calibratedBy: calibrated.byClass.some(({ isotonic }) => isotonic) ? 'isotonic' : 'temperature',
  }
}

/** Classes of which nothing is known do not count. */
function allRight({ labels: { targets, classCount } }: MultiInput, heldOut: Float32Array, position: number): boolean {
  for (let at = position * classCount; at < (position + 1) * classCount; at++)
    if (targets[at] !== 0 && targets[at]! > 0 !== heldOut[at]! >= 0.5) return false
  return true
}

/** The classes that an image is guessed to have, as the app shows them: each with its own confidence. */
function guessesOf({ labels: { targets, classCount } }: MultiInput, heldOut: Float32Array, position: number): Guess[] {
  const guesses: Guess[] = []
  for (let at = position * classCount; at < (position + 1) * classCount; at++)
    if (targets[at] !== 0 && heldOut[at]! >= 0.5) guesses.push({ confidence: heldOut[at]!, right: targets[at]! > 0 })
  return guesses
}
