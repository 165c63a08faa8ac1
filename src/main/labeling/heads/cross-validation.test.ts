import { afterAll, beforeAll, expect, test } from 'vitest'
import { MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { blendHead } from './blend'
import { calibrate, decide, likeliest } from './calibration'
import { foldsOf } from './folds'
import { fitter, type HeadInput, type TrainingLabels } from './head'
import { wilson } from './measured'
import { reliability } from './reliability'
import { fitBestHead } from './select'
import { pick, softmaxHead } from './softmax'
import { spread, spreadHead } from './spread'
import { spreadGraph } from './spread-graph'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/** A ring of rows, each linked to two on either side; embeddings are points of the circle. */
function ring(rows: number, labels: TrainingLabels): HeadInput {
  const ids = Int32Array.from({ length: rows * 4 }, (_, at) => (Math.floor(at / 4) + [-2, -1, 1, 2][at % 4]! + rows) % rows)
  const embeddings = Float32Array.from({ length: rows * 2 }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / rows
    return at % 2 ? Math.sin(angle) : Math.cos(angle)
  })
  return {
    embeddings,
    rows,
    dimensions: 2,
    graph: spreadGraph(rows, 4, ids, new Float32Array(rows * 4).fill(0.9)),
    labels,
    products,
  }
}

function labelsOf(classes: number[], weights = classes.map(() => 1), step = 3): TrainingLabels {
  return {
    rows: Uint32Array.from(classes, (_, index) => index * step),
    classes: Uint16Array.from(classes),
    weights: Float32Array.from(weights),
    classCount: Math.max(...classes) + 1,
  }
}

test('folds are stratified: no class loses all its labels, single labels and hints stay', () => {
  const labels = labelsOf([0, 0, 0, 0, 0, 1, 1, 2, 0, 1], [1, 1, 1, 1, 1, 1, 1, 1, 0.3, 0.3])
  const folds = foldsOf(ring(30, labels), 0)!
  expect([...folds.slice(7)]).toEqual([-1, -1, -1])
  expect([...folds.slice(0, 7)].every((fold) => fold >= 0)).toBe(true)
  for (const c of [0, 1]) {
    const mine = [...folds.keys()].filter((position) => labels.classes[position] === c && labels.weights[position] === 1)
    expect(new Set(mine.map((position) => folds[position])).size).toBeGreaterThan(1)
  }
  expect(foldsOf(ring(30, labels), 0)).toEqual(folds)
  expect(foldsOf(ring(30, labelsOf([0, 1, 2])), 0)).toBeNull()
})

test('spreading is linear: what all labels give is the sum of what some and the rest give', () => {
  const { graph } = ring(30, labelsOf([0, 1]))
  const seeds = (rows: number[]) => Float32Array.from({ length: 30 }, (_, row) => Number(rows.includes(row)))
  const [all, some, rest] = [[0, 7, 20], [0, 20], [7]].map((rows) => spread(graph, seeds(rows), 1))
  all!.forEach((value, row) => expect(value).toBeCloseTo(some![row]! + rest![row]!, 4))
})

test('a held-out label is seen as by a softmax head that never met its fold', async () => {
  const labels = labelsOf([0, 0, 0, 1, 1, 1, 0, 0, 1, 1])
  const input = ring(30, labels)
  const folds = foldsOf(input, 1)!
  const { heldOut } = await fitter(input, folds)(softmaxHead)
  for (const position of [...folds.keys()].filter((one) => folds[one]! >= 0)) {
    const others = [...folds.keys()].filter((other) => folds[other] !== folds[position])
    const { probabilities } = await fitter({ ...input, labels: pick(labels, others) }, null)(softmaxHead)
    const row = labels.rows[position]!
    expect(heldOut[position * 2]).toBeCloseTo(probabilities[row * 2]!, 1)
  }
})

test('the blend is a distribution, and agrees where both heads agree', async () => {
  const input = ring(40, labelsOf([0, 0, 0, 0, 1, 1, 1, 1, 1, 0]))
  const fitOf = fitter(input, null)
  const { probabilities, heldOut } = await fitOf(blendHead)
  expect(heldOut).toHaveLength(0)
  const [ofSoftmax, ofSpread] = (await Promise.all([softmaxHead, spreadHead].map(fitOf))).map((fit) => fit.probabilities)
  for (let row = 0; row < 40; row++) {
    expect(probabilities[row * 2]! + probabilities[row * 2 + 1]!).toBeCloseTo(1, 5)
    const [mine, softmax, spread] = [probabilities, ofSoftmax!, ofSpread!].map((one) => likeliest(one, row, 2))
    if (softmax === spread) expect(mine).toBe(softmax)
  }
})

test('the exponent undoes overconfidence and doubts', () => {
  const draw = random(3)
  const truth = Array.from({ length: 2000 }, () => Number(draw.next() < 0.7))
  const claimed = (p: number) => Float32Array.from({ length: 4000 }, (_, at) => (at % 2 ? p : 1 - p))
  const positions = truth.map((_, position) => position)
  for (const p of [0.99, 0.55]) {
    const exponent = calibrate(claimed(p), positions, Uint16Array.from(truth), 2)
    expect(decide(claimed(p), 2, exponent).confidences[0]).toBeCloseTo(0.7, 1)
  }
})

test('fair samples are held out, whatever their class has; two folds are two', () => {
  const labels = labelsOf([0, 0, 0, 1, 1, 2])
  const folds = foldsOf(ring(30, labels), 0, [5])!
  expect(folds[5]).toBeGreaterThanOrEqual(0)
  expect(new Set(foldsOf(ring(30, labels), 0, [5], 2))).toEqual(new Set([0, 1]))
})

test('what fair samples say of the head: Wilson interval, a gain within its interval', async () => {
  const labels = labelsOf([0, 0, 0, 0, 0, 1, 1, 1, 1, 1], undefined, 4)
  const { choice } = await fitBestHead(ring(40, labels), { seed: 0, earlier: null, fair: [1, 3, 6, 8] })
  const { checks, right, accuracy, gainOfTen } = choice.measured!
  expect(checks).toBe(4)
  expect(accuracy.value).toBe(right / 4)
  // Newcombe (1998), table I: 81 of 263.
  expect(wilson(81, 263).low).toBeCloseTo(0.2553, 4)
  expect(wilson(81, 263).high).toBeCloseTo(0.3662, 4)
  expect(gainOfTen!.low).toBeLessThanOrEqual(gainOfTen!.value)
  expect(gainOfTen!.value).toBeLessThanOrEqual(gainOfTen!.high)
  expect((await fitBestHead(ring(40, labels), { seed: 0, earlier: null })).choice.measured).toBeNull()
})

test('calibration error: none where confidences are true, the gap where they are not', () => {
  const draw = random(11)
  const guesses = (claimed: (p: number) => number) =>
    Array.from({ length: 5000 }, () => {
      const p = 0.3 + 0.7 * draw.next()
      return { confidence: claimed(p), right: draw.next() < p }
    })
  expect(reliability(guesses((p) => p)).error).toBeLessThan(0.015)
  expect(reliability(guesses((p) => Math.min(1, p + 0.15))).error).toBeGreaterThan(0.1)
  const { bins, brier } = reliability([
    { confidence: 1, right: true },
    { confidence: 0.5, right: false },
  ])
  expect(bins).toEqual([{ confidence: 0.75, accuracy: 0.5, count: 2 }])
  expect(brier).toBe(0.125)
})

test('confidences of large folders, by table, are the powers they stand for', () => {
  const draws = random(8)
  const [rows, classCount] = [300, 7]
  const probabilities = Float32Array.from({ length: rows * classCount }, () => draws.next() ** 6)
  probabilities.set([0, 1e-9, 1, 1.0000001, 1e-6, 0.5, 2e-6])
  for (const exponent of [1 / 16, 0.5, 1, 2 ** 0.25, 4, 16]) {
    const { predictions, confidences } = decide(probabilities, classCount, exponent)
    for (let row = 0; row < rows; row++) {
      const powers = [...probabilities.subarray(row * classCount, (row + 1) * classCount)].map(
        (p) => Math.max(p, 1e-6) ** exponent,
      )
      const exact = powers[predictions[row]!]! / powers.reduce((sum, one) => sum + one, 0)
      expect(predictions[row]).toBe(likeliest(probabilities, row, classCount))
      expect(Math.abs(confidences[row]! - exact)).toBeLessThan(1e-4)
    }
  }
})
