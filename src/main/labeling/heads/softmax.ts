/** Multinomial logistic regression on embeddings, fitted by L-BFGS (Liu & Nocedal 1989). */
import type { Head, Probabilities, TrainingLabels } from './head'
import { minimize } from './lbfgs'

/** Weight of the squared norm against the mean loss per label: scikit-learn's C = 10. */
const inverseC = 0.1
const steps = 60

export interface SoftmaxWeights {
  /** float32 [classCount, dimensions + 1], the last column is the bias. */
  weights: Float32Array
  classCount: number
  dimensions: number
}

export const softmaxHead: Head = {
  id: 'softmax',
  title: 'Softmax head',
  fit: (input) => predictSoftmax(fitSoftmax(input.embeddings, input.dimensions, input.labels), input.embeddings, input.rows),
}

/** Minimises Σ w·(−log p) + ½·λ‖W‖², the bias free. */
export function fitSoftmax(embeddings: Float32Array, dimensions: number, labels: TrainingLabels): SoftmaxWeights {
  const { classCount } = labels
  const objective = softmaxObjective(embeddings, dimensions, labels)
  const start = new Float64Array(classCount * (dimensions + 1))
  const weights = Float32Array.from(minimize(objective, start, steps))
  return { weights, classCount, dimensions }
}

/** Loss and gradient at given weights, for L-BFGS and for tests. */
export function softmaxObjective(
  embeddings: Float32Array,
  dimensions: number,
  { rows, classes, weights, classCount }: TrainingLabels,
) {
  const width = dimensions + 1
  return (at: Float64Array, gradient: Float64Array): number => {
    let loss = 0
    gradient.fill(0)
    for (let index = 0; index < rows.length; index++) {
      const start = rows[index]! * dimensions
      const p = softmax(scores(embeddings, start, at, classCount, dimensions))
      loss -= weights[index]! * Math.log(Math.max(p[classes[index]!]!, 1e-30))
      for (let c = 0; c < classCount; c++) {
        const slope = weights[index]! * (p[c]! - (c === classes[index] ? 1 : 0))
        if (Math.abs(slope) < 1e-9) continue
        for (let d = 0, to = c * width; d < dimensions; d++) gradient[to + d]! += slope * embeddings[start + d]!
        gradient[c * width + dimensions]! += slope
      }
    }
    for (let c = 0; c < classCount; c++) {
      for (let d = 0, to = c * width; d < dimensions; d++) {
        loss += (inverseC / 2) * at[to + d]! ** 2
        gradient[to + d]! += inverseC * at[to + d]!
      }
    }
    return loss
  }
}

export function predictSoftmax(
  { weights, classCount, dimensions }: SoftmaxWeights,
  embeddings: Float32Array,
  rows: number,
): Probabilities {
  const all = new Float32Array(rows * classCount)
  for (let row = 0; row < rows; row++) {
    all.set(softmax(scores(embeddings, row * dimensions, weights, classCount, dimensions)), row * classCount)
  }
  return all
}

function scores(
  embeddings: Float32Array,
  start: number,
  weights: ArrayLike<number>,
  classCount: number,
  dimensions: number,
): Float64Array {
  const result = new Float64Array(classCount)
  for (let c = 0; c < classCount; c++) {
    const from = c * (dimensions + 1)
    let sum = weights[from + dimensions]!
    for (let d = 0; d < dimensions; d++) sum += weights[from + d]! * embeddings[start + d]!
    result[c] = sum
  }
  return result
}

/** In place. */
function softmax(values: Float64Array): Float64Array {
  let most = -Infinity
  for (const value of values) if (value > most) most = value
  let sum = 0
  for (let c = 0; c < values.length; c++) sum += values[c] = Math.exp(values[c]! - most)
  for (let c = 0; c < values.length; c++) values[c]! /= sum
  return values
}
