/** Per class of a multi-label project: from a head's probability to one that means what it says, as `select.ts` does for single labels. */
import { calibrate, tempered } from './calibration'
import { crossFitted, type Isotonic, isotonicAt, worthIsotonic } from './isotonic'
import type { MultiLabels } from './one-vs-rest'
import type { Guess } from './reliability'

export interface ClassCalibration {
  /** On the probabilities that it is so and that it is not. */
  exponent: number
  /** On what comes of that, where cross-validation finds it better. */
  isotonic: Isotonic | null
}

export interface Calibrated {
  byClass: ClassCalibration[]
  /** float32 [labels, classCount]: held-out probabilities, calibrated by curves that did not have them. */
  heldOut: Float32Array
}

/**
 * @param heldOut float32 [labels, classCount], see crossValidate
 * @param folds of each label; −1: never held out
 * @param fair positions of labels that are a fair sample of the folder
 */
export function calibrateMulti(
  { targets, classCount }: MultiLabels,
  { heldOut, folds }: { heldOut: Float32Array; folds: Int16Array },
  fair: readonly number[],
  seed: number,
): Calibrated {
  const result = heldOut.slice()
  const byClass = Array.from({ length: classCount }, (_, c): ClassCalibration => {
    const known = (position: number) => folds[position]! >= 0 && targets[position * classCount + c] !== 0
    const positions = [...folds.keys()].filter(known)
    const fairKnown = fair.filter(known)
    const pairs = pairsOf(heldOut, classCount, c)
    const truth = Uint16Array.from(folds, (_, position) => Number(targets[position * classCount + c]! > 0))
    const general = calibrate(pairs, positions, truth, 2)
    // Chosen labels are harder or easier than the folder, see select.ts.
    const exponent = calibrate(pairs, fairKnown, truth, 2, { centre: Math.log2(general), stray: 0.5 })
    tempered(pairs, 2, exponent)
    const guesses = fairKnown.map((at): Guess => ({ confidence: pairs[2 * at + 1]!, right: truth[at] === 1 }))
    const isotonic = worthIsotonic(guesses, seed)
    for (let at = 0; at < folds.length; at++) result[at * classCount + c] = curved(pairs[2 * at + 1]!, isotonic)
    if (isotonic)
      crossFitted(guesses, seed).forEach(({ confidence }, at) => (result[fairKnown[at]! * classCount + c] = confidence))
    return { exponent, isotonic }
  })
  return { byClass, heldOut: result }
}

/** In place. @param probabilities float32 [rows, classCount] */
export function applyCalibration(probabilities: Float32Array, byClass: readonly ClassCalibration[]): Float32Array {
  byClass.forEach(({ exponent, isotonic }, c) => {
    const pairs = tempered(pairsOf(probabilities, byClass.length, c), 2, exponent)
    for (let row = 0; 2 * row < pairs.length; row++)
      probabilities[row * byClass.length + c] = curved(pairs[2 * row + 1]!, isotonic)
  })
  return probabilities
}

const curved = (probability: number, isotonic: Isotonic | null) => (isotonic ? isotonicAt(isotonic, probability) : probability)

/** Of one class, that it is not so and that it is: float32 [rows, 2]. */
function pairsOf(probabilities: Float32Array, classCount: number, c: number): Float32Array {
  const pairs = new Float32Array((2 * probabilities.length) / classCount)
  for (let row = 0; 2 * row < pairs.length; row++) {
    const p = probabilities[row * classCount + c]!
    pairs[2 * row] = 1 - p
    pairs[2 * row + 1] = p
  }
  return pairs
}
