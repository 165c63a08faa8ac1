/** Isotonic calibration (Zadrozny & Elkan 2002): the share right as a function of confidence that never falls. */
import { draw, random } from '../../engine/random'
import type { Guess } from './reliability'

/** Confidences and the shares right there, both ascending; straight between them. */
export interface Isotonic {
  x: number[]
  y: number[]
}

/**
 * Pool adjacent violators (Ayer et al. 1955): of all sequences that never fall the one with the least weighted squared distance.
 * @param weights above 0
 */
export function poolAdjacentViolators(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const blocks: { sum: number; weight: number; count: number }[] = []
  for (let at = 0; at < values.length; at++) {
    let block = { sum: values[at]! * weights[at]!, weight: weights[at]!, count: 1 }
    for (let last = blocks.at(-1); last && last.sum * block.weight >= block.sum * last.weight; last = blocks.at(-1)) {
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, count: last.count + block.count }
      blocks.pop()
    }
    blocks.push(block)
  }
  return Float64Array.from(blocks.flatMap(({ sum, weight, count }) => Array<number>(count).fill(sum / weight)))
}

/** What one guess more that is as right as it says would weigh: a block of few guesses is not taken for certainty. */
const ownWord = 1

export function fitIsotonic(guesses: readonly Guess[]): Isotonic {
  const ties = [...Map.groupBy(guesses, ({ confidence }) => confidence)].sort(([a], [b]) => a - b)
  const weights = ties.map(([, mine]) => mine.length)
  const shares = ties.map(([, mine]) => mine.filter(({ right }) => right).length / mine.length)
  const fitted = poolAdjacentViolators(shares, weights)
  const curve: Isotonic = { x: [], y: [] }
  for (let from = 0, end = 0; from < ties.length; from = end) {
    let [weight, sum] = [0, 0]
    for (; end < ties.length && fitted[end] === fitted[from]; end++) {
      weight += weights[end]!
      sum += weights[end]! * ties[end]![0]
    }
    const confidence = sum / weight
    curve.x.push(confidence)
    curve.y.push(Math.max(curve.y.at(-1) ?? 0, (fitted[from]! * weight + ownWord * confidence) / (weight + ownWord)))
  }
  return curve
}

/** Above the last block confidences go on rising by this share of what is left, so that the surer stays the surer. */
const beyond = 1e-3

/** Keeps the order of confidences. */
export function isotonicAt({ x, y }: Isotonic, confidence: number): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (x[middle]! < confidence) low = middle + 1
    else high = middle
  }
  const [left, bottom] = low === 0 ? [0, 0] : [x[low - 1]!, y[low - 1]!]
  const [right, top] = low === x.length ? [1, bottom + beyond * (1 - bottom)] : [x[low]!, y[low]!]
  return right > left ? bottom + ((confidence - left) / (right - left)) * (top - bottom) : top
}

/** Fewer guesses make no curve. */
const fewest = 60
const folds = 5

/** Each guess as a curve without its fold has it. */
export function crossFitted(guesses: readonly Guess[], seed: number): Guess[] {
  const fold = new Uint8Array(guesses.length)
  draw(guesses.length, guesses.length, random(seed, 0x150)).forEach((at, place) => (fold[at] = place % folds))
  const curves = Array.from({ length: folds }, (_, one) => fitIsotonic(guesses.filter((_, at) => fold[at] !== one)))
  return guesses.map(({ confidence, right }, at) => ({ confidence: isotonicAt(curves[fold[at]!]!, confidence), right }))
}

/**
 * The curve, where its log loss on guesses it was not fitted to is less than that of the confidences as they are by more than two standard
 * errors; null otherwise.
 */
export function worthIsotonic(guesses: readonly Guess[], seed: number): Isotonic | null {
  if (guesses.length < fewest) return null
  const without = crossFitted(guesses, seed)
  const gains = guesses.map((guess, at) => loss(guess) - loss(without[at]!))
  const sum = gains.reduce((total, one) => total + one, 0)
  const square = gains.reduce((total, one) => total + one ** 2, 0)
  return sum > 2 * Math.sqrt(Math.max(0, square - sum ** 2 / gains.length)) ? fitIsotonic(guesses) : null
}

const loss = ({ confidence, right }: Guess) => -Math.log(Math.max(1e-3, right ? confidence : 1 - confidence))
