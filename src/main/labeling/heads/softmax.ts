/** Multinomial logistic regression on embeddings, fitted by L-BFGS (Liu & Nocedal 1989). */
import { matrix, type MatrixProducts } from '../../engine/linear-algebra'
import type { Fit, FitContext, Head, Probabilities, TrainingLabels } from './head'
import { minimize } from './lbfgs'
import { softmax, softmaxObjective } from './softmax-objective'

const steps = 60
/** From the weights of the fit before, which had nearly the same labels. */
const warmSteps = 20
/** From the weights of all labels to those without a fold. */
const foldSteps = 12
/** Labels × classes × dimensions of a fit; more labels are thinned, evenly by class. */
const mostProducts = 3e6

export interface SoftmaxWeights {
  /** float32 [classCount, dimensions + 1], the last column is the bias. */
  weights: Float32Array
  classCount: number
  dimensions: number
}

export const softmaxHead: Head = {
  id: 'softmax',
  title: 'Softmax head',
  fewestPerClass: 1,
  async fit({ input, folds, memory }) {
    const { embeddings, dimensions, rows, labels, products } = input
    const before = memory.get('softmax') as Remembered | undefined
    const from = before && samePlaces(before.keys, labels.keys) ? { weights: before.fitted.weights, steps: warmSteps } : undefined
    const fitted = fitSoftmax(embeddings, dimensions, labels, from)
    memory.set('softmax', { fitted, keys: labels.keys } satisfies Remembered)
    return {
      probabilities: await predictAll(fitted, embeddings, rows, products),
      heldOut: holdOut(input, folds, fitted),
    }
  },
}

interface Remembered {
  fitted: SoftmaxWeights
  keys: readonly string[] | undefined
}

const samePlaces = (before: readonly string[] | undefined, now: readonly string[] | undefined) =>
  now !== undefined && before?.length === now.length && before.every((key, at) => key === now[at])

/** Minimises Σ w·(−log p) + ½·λ‖W‖², the bias free. */
export function fitSoftmax(
  embeddings: Float32Array,
  dimensions: number,
  labels: TrainingLabels,
  from?: { weights: Float32Array; steps: number },
): SoftmaxWeights {
  const { classCount } = labels
  const objective = softmaxObjective(embeddings, dimensions, thinned(labels, mostProducts / (classCount * dimensions)))
  const start = from ? Float64Array.from(from.weights) : new Float64Array(classCount * (dimensions + 1))
  const weights = Float32Array.from(minimize(objective, start, from?.steps ?? steps))
  return { weights, classCount, dimensions }
}

/** Each fold's labels as a fit without them sees them. */
function holdOut({ embeddings, dimensions, labels }: FitContext['input'], folds: FitContext['folds'], all: SoftmaxWeights) {
  if (!folds) return new Float32Array(0)
  const { classCount } = labels
  const heldOut: Fit['heldOut'] = new Float32Array(labels.rows.length * classCount)
  const positions = [...folds.keys()]
  for (let fold = 0; fold <= folds.reduce((most, one) => Math.max(most, one), -1); fold++) {
    const kept = pick(
      labels,
      positions.filter((position) => folds[position] !== fold),
    )
    const { weights } = fitSoftmax(embeddings, dimensions, kept, { weights: all.weights, steps: foldSteps })
    for (const position of positions.filter((position) => folds[position] === fold)) {
      const row = embeddings.subarray(labels.rows[position]! * dimensions, (labels.rows[position]! + 1) * dimensions)
      heldOut.set(predictSoftmax({ weights, classCount, dimensions }, row, 1), position * classCount)
    }
  }
  return heldOut
}

export function pick({ rows, classes, weights, classCount }: TrainingLabels, positions: number[]): TrainingLabels {
  return {
    rows: Uint32Array.from(positions, (position) => rows[position]!),
    classes: Uint16Array.from(positions, (position) => classes[position]!),
    weights: Float32Array.from(positions, (position) => weights[position]!),
    classCount,
  }
}

/** At most so many labels: those of small classes all, of large ones a share; what a person saw before hints. */
function thinned(labels: TrainingLabels, most: number): TrainingLabels {
  if (labels.rows.length <= most) return labels
  const byClass = [...Map.groupBy(labels.rows.keys(), (position) => labels.classes[position]!).values()]
  for (const positions of byClass) positions.sort((a, b) => labels.weights[b]! - labels.weights[a]! || a - b)
  byClass.sort((a, b) => a.length - b.length)
  const kept: number[] = []
  byClass.forEach((positions, index) => {
    const share = Math.max(1, Math.floor((most - kept.length) / (byClass.length - index)))
    kept.push(...positions.slice(0, share))
  })
  return pick(
    labels,
    kept.sort((a, b) => a - b),
  )
}

/** Rows scored at once. */
const block = 8192

/** As `predictSoftmax`, the scores as matrix products: for all rows of a large folder. */
async function predictAll(
  { weights, classCount, dimensions }: SoftmaxWeights,
  embeddings: Float32Array,
  rows: number,
  products: MatrixProducts,
): Promise<Probabilities> {
  const all = new Float32Array(rows * classCount)
  const bias = Float32Array.from({ length: classCount }, (_, c) => weights[c * (dimensions + 1) + dimensions]!)
  const slopes = matrix(classCount, dimensions)
  for (let c = 0; c < classCount; c++) {
    const from = c * (dimensions + 1)
    slopes.data.set(weights.subarray(from, from + dimensions), c * dimensions)
  }
  for (let first = 0; first < rows; first += block) {
    const end = Math.min(rows, first + block)
    const x = matrix(end - first, dimensions, embeddings.subarray(first * dimensions, end * dimensions))
    all.set((await products.softmaxRight(x, slopes, bias)).data, first * classCount)
  }
  return all
}

export function predictSoftmax(
  { weights, classCount, dimensions }: SoftmaxWeights,
  embeddings: Float32Array,
  rows: number,
): Probabilities {
  const all = new Float32Array(rows * classCount)
  const p = new Float64Array(classCount)
  for (let row = 0; row < rows; row++) {
    all.set(softmax(scores(embeddings, row * dimensions, weights, dimensions, p)), row * classCount)
  }
  return all
}

/** Into `result`, one score per class. */
function scores(
  embeddings: Float32Array,
  start: number,
  weights: Float32Array | Float64Array,
  dimensions: number,
  result: Float64Array,
): Float64Array {
  for (let c = 0; c < result.length; c++) {
    const from = c * (dimensions + 1)
    let sum = weights[from + dimensions]!
    for (let d = 0; d < dimensions; d++) sum += weights[from + d]! * embeddings[start + d]!
    result[c] = sum
  }
  return result
}
