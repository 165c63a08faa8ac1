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

/** float32 [rows, classCount]: probability that the sample is of the class, whatever else it is. */
export function fitOneVsRest({ embeddings, rows, dimensions, labels }: MultiInput): Float32Array {
  const probabilities = new Float32Array(rows * labels.classCount)
  const all = Uint32Array.from({ length: rows }, (_, row) => row)
  for (let c = 0; c < labels.classCount; c++) {
    const weights = fitClass(embeddings, dimensions, labels, c, [...labels.rows.keys()])
    predict(weights, embeddings, dimensions, all).forEach((p, row) => (probabilities[row * labels.classCount + c] = p))
  }
  return probabilities
}

/**
 * Micro-averaged F1 over held-out labels that were seen: of the classes said and of those guessed, how many agree.
 * Null when fewer than two can be held out.
 */
export function crossValidatedF1(input: MultiInput, seen: (position: number) => boolean, seed: number): number | null {
  const { embeddings, dimensions, labels } = input
  const held = draw(labels.rows.length, labels.rows.length, random(seed, 0xf01d)).filter(seen)
  if (held.length < 2) return null
  const folds = Math.min(mostFolds, held.length)
  const counts = { right: 0, said: 0, guessed: 0 }
  for (let fold = 0; fold < folds; fold++) {
    const out = new Set(held.filter((_, at) => at % folds === fold))
    const kept = [...labels.rows.keys()].filter((position) => !out.has(position))
    const positions = [...out]
    const rows = Uint32Array.from(positions, (position) => labels.rows[position]!)
    for (let c = 0; c < labels.classCount; c++) {
      const guess = predict(fitClass(embeddings, dimensions, labels, c, kept), embeddings, dimensions, rows)
      positions.forEach((position, at) => {
        const said = labels.targets[position * labels.classCount + c]! > 0
        counts.said += Number(said)
        counts.guessed += Number(guess[at]! >= 0.5)
        counts.right += Number(said && guess[at]! >= 0.5)
      })
    }
  }
  return counts.said + counts.guessed === 0 ? null : (2 * counts.right) / (counts.said + counts.guessed)
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
