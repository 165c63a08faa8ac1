/** A perceptron with one hidden layer, for classes that no plane divides; fitted by L-BFGS like the softmax head, from seeded weights. */
import { random } from '../../engine/random'
import type { Fit, FitContext, Head, TrainingLabels } from './head'
import { minimize } from './lbfgs'
import { pick } from './softmax'
import { softmax } from './softmax-objective'

const hidden = 32
/** Weight of the squared norm against the loss per label. */
const decay = 0.03
const steps = 30
/** Fits of the validation: it starts afresh each time, since warm weights would have seen what is held out. */
const mostFolds = 3
/** Labels × (dimensions + classes) × hidden of one pass; more labels are left out evenly. */
const mostProducts = 1e6

interface Shape {
  dimensions: number
  classCount: number
}

export const mlpHead: Head = {
  id: 'mlp',
  title: 'Two-layer head',
  fewestPerClass: 15,
  fit({ input, folds }) {
    const { embeddings, dimensions, rows, labels } = input
    const weights = fitMlp(embeddings, dimensions, labels)
    const shape = { dimensions, classCount: labels.classCount }
    const probabilities = new Float32Array(rows * labels.classCount)
    const pass = forward(weights, shape, embeddings)
    for (let row = 0; row < rows; row++) probabilities.set(pass(row).probabilities, row * labels.classCount)
    return Promise.resolve({ probabilities, heldOut: folds ? holdOut(input, folds) : new Float32Array(0) })
  },
}

/** Weights in one row: hidden × (dimensions + 1), then classCount × (hidden + 1), each with its bias last. */
export function fitMlp(embeddings: Float32Array, dimensions: number, labels: TrainingLabels): Float64Array {
  const shape = { dimensions, classCount: labels.classCount }
  const most = Math.floor(mostProducts / (hidden * (dimensions + labels.classCount)))
  const stride = Math.ceil(labels.rows.length / most)
  const used = pick(
    labels,
    [...labels.rows.keys()].filter((position) => position % stride === 0),
  )
  return minimize(mlpObjective(embeddings, shape, used), start(shape), steps)
}

function start({ dimensions, classCount }: Shape): Float64Array {
  const draws = random(0x6d1b, dimensions, classCount)
  const first = hidden * (dimensions + 1)
  return Float64Array.from({ length: first + classCount * (hidden + 1) }, (_, at) => {
    if (at >= first) return 0
    return (at + 1) % (dimensions + 1) === 0 ? 0 : 2 * draws.normal()
  })
}

/** What a row's pass through the network leaves, in buffers that the next pass overwrites. */
function forward(weights: Float64Array, { dimensions, classCount }: Shape, embeddings: Float32Array) {
  const activations = new Float64Array(hidden)
  const probabilities = new Float64Array(classCount)
  const second = hidden * (dimensions + 1)
  return (row: number) => {
    for (let h = 0; h < hidden; h++) {
      const from = h * (dimensions + 1)
      let sum = weights[from + dimensions]!
      for (let d = 0, at = row * dimensions; d < dimensions; d++, at++) sum += weights[from + d]! * embeddings[at]!
      activations[h] = Math.max(0, sum)
    }
    for (let c = 0; c < classCount; c++) {
      const from = second + c * (hidden + 1)
      let sum = weights[from + hidden]!
      for (let h = 0; h < hidden; h++) sum += weights[from + h]! * activations[h]!
      probabilities[c] = sum
    }
    softmax(probabilities)
    return { activations, probabilities }
  }
}

/** Loss and gradient at given weights, for L-BFGS and for tests. */
export function mlpObjective(embeddings: Float32Array, shape: Shape, labels: TrainingLabels) {
  const { dimensions, classCount } = shape
  const second = hidden * (dimensions + 1)
  const back = new Float64Array(hidden)
  return (at: Float64Array, gradient: Float64Array): number => {
    let loss = 0
    for (let index = 0; index < at.length; index++) {
      loss += (decay / 2) * at[index]! ** 2
      gradient[index] = decay * at[index]!
    }
    const pass = forward(at, shape, embeddings)
    labels.rows.forEach((row, position) => {
      const { activations, probabilities } = pass(row)
      const truth = labels.classes[position]!
      loss -= labels.weights[position]! * Math.log(Math.max(probabilities[truth]!, 1e-30))
      back.fill(0)
      for (let c = 0; c < classCount; c++) {
        const slope = labels.weights[position]! * (probabilities[c]! - Number(c === truth))
        const from = second + c * (hidden + 1)
        for (let h = 0; h < hidden; h++) {
          gradient[from + h]! += slope * activations[h]!
          back[h]! += slope * at[from + h]!
        }
        gradient[from + hidden]! += slope
      }
      for (let h = 0; h < hidden; h++) {
        if (activations[h] === 0) continue
        const from = h * (dimensions + 1)
        for (let d = 0; d < dimensions; d++) gradient[from + d]! += back[h]! * embeddings[row * dimensions + d]!
        gradient[from + dimensions]! += back[h]!
      }
    })
    return loss
  }
}

function holdOut({ embeddings, dimensions, labels }: FitContext['input'], folds: Int16Array): Fit['heldOut'] {
  const { classCount } = labels
  const heldOut = new Float32Array(labels.rows.length * classCount)
  const groups = Map.groupBy(folds.keys(), (position) => (folds[position]! < 0 ? -1 : folds[position]! % mostFolds))
  for (const [group, positions] of groups) {
    if (group < 0) continue
    const others = [...groups].flatMap(([other, mine]) => (other === group ? [] : mine)).sort((a, b) => a - b)
    const pass = forward(fitMlp(embeddings, dimensions, pick(labels, others)), { dimensions, classCount }, embeddings)
    for (const position of positions) heldOut.set(pass(labels.rows[position]!).probabilities, position * classCount)
  }
  return heldOut
}
