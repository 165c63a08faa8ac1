/** Heads of multi-label projects: an independent logistic regression per class, fitted by L-BFGS. */
import { draw, random } from '../../engine/random'
import { minimize } from './lbfgs'

/** Weight of the squared norm against the loss per label: as for the softmax head. */
const inverseC = 0.1
const steps = 60
const mostFolds = 5

/** What is known of some rows of the embeddings, class by class. */
export interface MultiLabels {
  rows: Uint32Array
  /** float32 [rows, classCount]: above 0 it is so, below 0 it is not, 0 nothing is known; the size is how much it counts. */
  targets: Float32Array
  classCount: number
}

export interface MultiInput {
  /** float32 [rows, dimensions] */
  embeddings: Float32Array
  rows: number
  dimensions: number
  labels: MultiLabels
}

/**
 * float32 [asked, classCount]: probability that the sample is of the class, whatever else it is.
 * @param asked rows of the embeddings; all when left out
 */
export function fitOneVsRest({ embeddings, rows, dimensions, labels }: MultiInput, asked?: Uint32Array): Float32Array {
  const wanted = asked ?? Uint32Array.from({ length: rows }, (_, row) => row)
  const probabilities = new Float32Array(wanted.length * labels.classCount)
  for (let c = 0; c < labels.classCount; c++) {
    const weights = fitClass(embeddings, dimensions, labels, c, [...labels.rows.keys()])
    predict(weights, embeddings, dimensions, wanted).forEach((p, at) => (probabilities[at * labels.classCount + c] = p))
  }
  return probabilities
}

/**
 * Each label as a fit without its fold sees it: float32 [labels, classCount], 0 where the fold is −1.
 * @param folds of each label; −1: never held out
 */
export function heldOutOneVsRest({ embeddings, dimensions, labels }: MultiInput, folds: Int16Array): Float32Array {
  const { classCount } = labels
  const heldOut = new Float32Array(labels.rows.length * classCount)
  const positions = [...labels.rows.keys()]
  for (let fold = 0; fold <= folds.reduce((most, one) => Math.max(most, one), -1); fold++) {
    const kept = positions.filter((position) => folds[position] !== fold)
    const out = positions.filter((position) => folds[position] === fold)
    const rows = Uint32Array.from(out, (position) => labels.rows[position]!)
    for (let c = 0; c < classCount; c++) {
      const guess = predict(fitClass(embeddings, dimensions, labels, c, kept), embeddings, dimensions, rows)
      out.forEach((position, at) => (heldOut[position * classCount + c] = guess[at]!))
    }
  }
  return heldOut
}

export interface CrossValidated {
  /** Of each label; −1: never held out. */
  folds: Int16Array
  /** See heldOutOneVsRest. */
  heldOut: Float32Array
  /** Micro-averaged F1: of the classes said and of those guessed, how many agree; null when none was said or guessed. */
  f1: number | null
}

/**
 * Holds out the labels that were seen, in turn.
 * @returns null when fewer than two can be held out
 */
export function crossValidate(
  input: MultiInput,
  seen: (position: number) => boolean,
  seed: number,
  most = mostFolds,
): CrossValidated | null {
  const { labels } = input
  const held = draw(labels.rows.length, labels.rows.length, random(seed, 0xf01d)).filter(seen)
  if (held.length < 2) return null
  const folds = new Int16Array(labels.rows.length).fill(-1)
  held.forEach((position, at) => (folds[position] = at % Math.min(most, held.length)))
  const heldOut = heldOutOneVsRest(input, folds)
  const counts = { right: 0, said: 0, guessed: 0 }
  for (const position of held) {
    for (let at = position * labels.classCount; at < (position + 1) * labels.classCount; at++) {
      const [said, guessed] = [labels.targets[at]! > 0, heldOut[at]! >= 0.5]
      counts.said += Number(said)
      counts.guessed += Number(guessed)
      counts.right += Number(said && guessed)
    }
  }
  const all = counts.said + counts.guessed
  return { folds, heldOut, f1: all === 0 ? null : (2 * counts.right) / all }
}

/** Minimises Σ |t|·log(1 + exp(−sign(t)·s)) + ½·λ‖w‖² over some positions, the bias free. float64 [dimensions + 1] */
function fitClass(
  embeddings: Float32Array,
  dimensions: number,
  { rows, targets, classCount }: MultiLabels,
  c: number,
  positions: number[],
): Float64Array {
  const known = positions.filter((position) => targets[position * classCount + c] !== 0)
  return minimize(
    (at, gradient) => {
      let loss = 0
      gradient.fill(0)
      for (const position of known) {
        const target = targets[position * classCount + c]!
        const start = rows[position]! * dimensions
        const margin = Math.sign(target) * score(at, embeddings, start, dimensions)
        loss += Math.abs(target) * (Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))))
        const slope = -target / (1 + Math.exp(margin))
        for (let d = 0; d < dimensions; d++) gradient[d]! += slope * embeddings[start + d]!
        gradient[dimensions]! += slope
      }
      for (let d = 0; d < dimensions; d++) {
        loss += (inverseC / 2) * at[d]! ** 2
        gradient[d]! += inverseC * at[d]!
      }
      return loss
    },
    new Float64Array(dimensions + 1),
    steps,
  )
}

function predict(weights: Float64Array, embeddings: Float32Array, dimensions: number, rows: Uint32Array): Float32Array {
  return Float32Array.from(rows, (row) => 1 / (1 + Math.exp(-score(weights, embeddings, row * dimensions, dimensions))))
}

function score(weights: Float64Array, embeddings: Float32Array, start: number, dimensions: number): number {
  let sum = weights[dimensions]!
  for (let d = 0; d < dimensions; d++) sum += weights[d]! * embeddings[start + d]!
  return sum
}
