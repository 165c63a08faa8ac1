import { Matrix, inverse } from 'ml-matrix'
import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import type { HeadInput } from './head'
import { minimize } from './lbfgs'
import { fitBestHead } from './select'
import { predictSoftmax, fitSoftmax, softmaxObjective } from './softmax'
import { spread } from './spread'
import { spreadGraph } from './spread-graph'

/** Blobs on the unit sphere; class c has sizes[c] rows. */
function blobs(sizes: number[], dimensions = 8, noise = 0.25, seed = 1) {
  const draw = random(seed)
  const truth = sizes.flatMap((size, c) => new Array<number>(size).fill(c))
  const embeddings = new Float32Array(truth.length * dimensions)
  truth.forEach((c, row) => {
    const values = Array.from({ length: dimensions }, (_, d) => (d === c ? 1 : 0) + noise * draw.normal())
    const length = Math.hypot(...values)
    embeddings.set(
      values.map((value) => value / length),
      row * dimensions,
    )
  })
  return { truth, embeddings, rows: truth.length, dimensions }
}

/** Neighbours by brute force. */
function neighbours(embeddings: Float32Array, rows: number, dimensions: number, k: number) {
  const ids = new Int32Array(rows * k)
  const similarities = new Float32Array(rows * k)
  const cosine = (a: number, b: number) => {
    let sum = 0
    for (let d = 0; d < dimensions; d++) sum += embeddings[a * dimensions + d]! * embeddings[b * dimensions + d]!
    return sum
  }
  for (let row = 0; row < rows; row++) {
    const near = Array.from({ length: rows }, (_, other) => ({ other, s: other === row ? -2 : cosine(row, other) })).sort(
      (a, b) => b.s - a.s,
    )
    near.slice(0, k).forEach(({ other, s }, at) => {
      ids[row * k + at] = other
      similarities[row * k + at] = s
    })
  }
  return { ids, similarities }
}

function inputOf(data: ReturnType<typeof blobs>, labeled: number[], k = 10): HeadInput {
  const { ids, similarities } = neighbours(data.embeddings, data.rows, data.dimensions, k)
  const labels = {
    rows: Uint32Array.from(labeled),
    classes: Uint16Array.from(labeled, (row) => data.truth[row]!),
    weights: new Float32Array(labeled.length).fill(1),
    classCount: Math.max(...data.truth) + 1,
  }
  return { ...data, graph: spreadGraph(data.rows, k, ids, similarities), labels }
}

const accuracy = (predictions: ArrayLike<number>, truth: number[]) =>
  truth.filter((c, row) => predictions[row] === c).length / truth.length

test('L-BFGS reaches the minimum of a badly scaled quadratic', () => {
  const scale = [1, 10, 100]
  const at = minimize(
    (x, gradient) => {
      scale.forEach((s, i) => (gradient[i] = s * (x[i]! - i)))
      return scale.reduce((sum, s, i) => sum + (s / 2) * (x[i]! - i) ** 2, 0)
    },
    new Float64Array(3),
    100,
  )
  at.forEach((value, i) => expect(value).toBeCloseTo(i, 3))
})

test('the softmax gradient equals finite differences', () => {
  const data = blobs([4, 4, 4], 5)
  const { labels } = inputOf(data, [0, 1, 4, 5, 8], 3)
  const objective = softmaxObjective(data.embeddings, data.dimensions, labels)
  const draw = random(7)
  const at = Float64Array.from({ length: 3 * 6 }, () => draw.normal())
  const gradient = new Float64Array(at.length)
  objective(at, gradient)
  const scratch = new Float64Array(at.length)
  at.forEach((value, index) => {
    const shifted = (by: number) => objective(at.with(index, value + by), scratch)
    expect(gradient[index]).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 4)
  })
})

test('at the softmax optimum the gradient vanishes and rows sum to one', () => {
  const data = blobs([20, 20, 20])
  const { labels } = inputOf(data, [0, 1, 2, 20, 21, 40, 41], 3)
  const fitted = fitSoftmax(data.embeddings, data.dimensions, labels)
  const gradient = new Float64Array(fitted.weights.length)
  softmaxObjective(data.embeddings, data.dimensions, labels)(Float64Array.from(fitted.weights), gradient)
  expect(Math.max(...gradient.map(Math.abs))).toBeLessThan(0.02)
  const probabilities = predictSoftmax(fitted, data.embeddings, data.rows)
  for (let row = 0; row < data.rows; row++)
    expect(probabilities.slice(row * 3, row * 3 + 3).reduce((a, b) => a + b)).toBeCloseTo(1, 5)
})

test('spreading solves (I − αS) F = Y', () => {
  const data = blobs([15, 15])
  const { graph } = inputOf(data, [0, 20], 5)
  const dense = Matrix.eye(data.rows)
  for (let row = 0; row < data.rows; row++) {
    for (let at = graph.starts[row]!; at < graph.starts[row + 1]!; at++) {
      const other = graph.targets[at]!
      dense.set(row, other, dense.get(row, other) - 0.95 * graph.weights[at]!)
    }
  }
  expect(dense.isSymmetric()).toBe(true)
  const y = new Float32Array(data.rows * 2)
  y[0] = 1
  y[20 * 2 + 1] = 1
  const exact = inverse(dense)
    .mmul(Matrix.from1DArray(data.rows, 2, y))
    .to1DArray()
  spread(graph, y, 2).forEach((value, at) => expect(value).toBeCloseTo(exact[at]!, 2))
})

test('few labels label the rest, also where classes are far from equal', () => {
  const data = blobs([150, 30, 10])
  const { fitted } = fitBestHead(inputOf(data, [0, 1, 2, 150, 151, 180, 181]), 0, null)
  expect(accuracy(fitted.predictions, data.truth)).toBeGreaterThan(0.95)
})

test('cross-validation says how good each head is and confidences follow it', () => {
  const data = blobs([60, 60, 60], 8, 0.6)
  const labeled = [...Array(60).keys()].map((index) => index * 3)
  const input = inputOf(data, labeled)
  const { fitted, choice } = fitBestHead(input, 0, null)
  expect(Object.keys(fitted.crossValidated).sort()).toEqual(['blend', 'softmax', 'spread'])
  const rest = data.truth.map((c, row) => ({ c, row })).filter(({ row }) => row % 3 !== 0)
  const right = rest.filter(({ c, row }) => fitted.predictions[row] === c).length / rest.length
  const sure = rest.reduce((sum, { row }) => sum + fitted.confidences[row]!, 0) / rest.length
  expect(Math.abs(sure - right)).toBeLessThan(0.12)
  expect(fitBestHead(input, 0, choice).choice).toBe(choice)
  expect(fitBestHead(input, 0, null).fitted).toEqual(fitted)
})

test('one class is not enough to tell anything apart', () => {
  const data = blobs([5, 5])
  expect(() => fitBestHead(inputOf(data, [0, 1], 2), 0, null)).toThrow(/at least two classes/)
})
