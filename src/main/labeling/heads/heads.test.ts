import { Matrix, inverse } from 'ml-matrix'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { fitter, type HeadInput, type Memory } from './head'
import { minimize } from './lbfgs'
import { fitMlp, mlpHead, mlpObjective } from './mlp'
import { prototypeHead } from './prototype'
import { fitBestHead } from './select'
import { fitSoftmax, predictSoftmax, softmaxHead } from './softmax'
import { softmaxObjective } from './softmax-objective'
import { spread, spreadHead } from './spread'
import { spreadGraph } from './spread-graph'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

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
  return { ...data, graph: spreadGraph(data.rows, k, ids, similarities), labels, products }
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
      dense.set(row, other, dense.get(row, other) - 0.9 * graph.weights[at]!)
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
  const first = y.filter((_, at) => at % 2 === 0)
  spread(graph, first, 1).forEach((value, row) => expect(value).toBeCloseTo(exact[row * 2]!, 2))
})

test('few labels label the rest, also where classes are far from equal', async () => {
  const data = blobs([150, 30, 10])
  const { fitted } = await fitBestHead(inputOf(data, [0, 1, 2, 150, 151, 180, 181]), { seed: 0, earlier: null })
  expect(accuracy(fitted.predictions, data.truth)).toBeGreaterThan(0.95)
})

test('cross-validation says how good each head is and confidences follow it', async () => {
  const data = blobs([60, 60, 60], 8, 0.6)
  const labeled = [...Array(60).keys()].map((index) => index * 3)
  const input = inputOf(data, labeled)
  const { fitted, choice } = await fitBestHead(input, { seed: 0, earlier: null })
  expect(Object.keys(fitted.crossValidated).sort()).toEqual(['blend', 'mlp', 'prototype', 'softmax', 'spread'])
  const rest = data.truth.map((c, row) => ({ c, row })).filter(({ row }) => row % 3 !== 0)
  const right = rest.filter(({ c, row }) => fitted.predictions[row] === c).length / rest.length
  const sure = rest.reduce((sum, { row }) => sum + fitted.confidences[row]!, 0) / rest.length
  expect(Math.abs(sure - right)).toBeLessThan(0.12)
  expect((await fitBestHead(input, { seed: 0, earlier: choice })).choice).toBe(choice)
  expect((await fitBestHead(input, { seed: 0, earlier: null })).fitted).toEqual(fitted)
})

test('one class is not enough to tell anything apart', async () => {
  const data = blobs([5, 5])
  await expect(fitBestHead(inputOf(data, [0, 1], 2), { seed: 0, earlier: null })).rejects.toThrow(/at least two classes/)
})

test('the perceptron gradient equals finite differences, and it divides what no plane divides', () => {
  const data = blobs([4, 4, 4], 5)
  const { labels } = inputOf(data, [0, 1, 4, 5, 8], 3)
  const objective = mlpObjective(data.embeddings, { dimensions: 5, classCount: 3 }, labels)
  const at = fitMlp(data.embeddings, 5, labels).map((value) => value + 0.1)
  const gradient = new Float64Array(at.length)
  objective(at, gradient)
  const scratch = new Float64Array(at.length)
  for (let index = 0; index < at.length; index += 17) {
    const shifted = (by: number) => objective(at.with(index, at[index]! + by), scratch)
    expect(gradient[index]).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 3)
  }
})

test('exclusive or: right for the perceptron, beyond the softmax head', async () => {
  const draw = random(9)
  const rows = 80
  const embeddings = Float32Array.from(
    { length: rows * 2 },
    (_, at) => (draw.next() < 0.5 ? -0.7 : 0.7) + 0.05 * draw.normal() * (1 + (at % 2)),
  )
  const truth = Array.from({ length: rows }, (_, row) => Number(embeddings[row * 2]! > 0 !== embeddings[row * 2 + 1]! > 0))
  const input = inputOf({ truth, embeddings, rows, dimensions: 2 }, [...Array(40).keys()], 5)
  const fitOf = fitter(input, null)
  const right = async (head: typeof mlpHead) => {
    const { probabilities } = await fitOf(head)
    return truth.filter((c, row) => Number(probabilities[row * 2 + 1]! > 0.5) === c).length / rows
  }
  expect(await right(mlpHead)).toBeGreaterThan(0.95)
  expect(await right(softmaxHead)).toBeLessThan(0.8)
})

test('the nearest prototype is the class whose mean direction is closest; held out, without its own label', async () => {
  const data = blobs([20, 20, 20])
  const input = inputOf(data, [0, 20, 40, 41], 5)
  const { probabilities, heldOut } = await fitter(input, Int16Array.of(-1, -1, 0, 1))(prototypeHead)
  const dot = (a: number, b: number[]) => b.reduce((sum, value, d) => sum + value * data.embeddings[a * 8 + d]!, 0)
  const row = (at: number) => [...data.embeddings.subarray(at * 8, at * 8 + 8)]
  const mean = row(40).map((value, d) => value + row(41)[d]!)
  const length = Math.hypot(...mean)
  const cosines = [
    dot(7, row(0)),
    dot(7, row(20)),
    dot(
      7,
      mean.map((value) => value / length),
    ),
  ]
  const powers = cosines.map((cosine) => Math.exp(10 * cosine))
  powers.forEach((power, c) => expect(probabilities[7 * 3 + c]).toBeCloseTo(power / powers.reduce((a, b) => a + b), 5))
  const alone = [dot(40, row(0)), dot(40, row(20)), dot(40, row(41))].map((cosine) => Math.exp(10 * cosine))
  alone.forEach((power, c) => expect(heldOut[2 * 3 + c]).toBeCloseTo(power / alone.reduce((a, b) => a + b), 5))
})

test('heads that remember answer as heads that begin afresh: labels come, go and change', async () => {
  const data = blobs([40, 40, 40], 8, 0.5)
  const memory: Memory = new Map()
  const named = (labeled: number[], classes?: Record<number, number>) => {
    const input = inputOf(data, labeled)
    labeled.forEach((row, at) => (input.labels.classes[at] = classes?.[row] ?? input.labels.classes[at]!))
    return { ...input, labels: { ...input.labels, keys: ['a', 'b', 'c'] } }
  }
  const sessions = [named([0, 1, 40, 80]), named([0, 1, 2, 40, 41, 80]), named([0, 2, 40, 41, 80, 85], { 85: 0 })]
  for (const input of sessions) {
    for (const head of [spreadHead, softmaxHead]) {
      const remembered = (await fitter(input, null, memory)(head)).probabilities
      const afresh = (await fitter(input, null)(head)).probabilities
      remembered.forEach((value, at) => expect(value).toBeCloseTo(afresh[at]!, 1))
    }
  }
})
