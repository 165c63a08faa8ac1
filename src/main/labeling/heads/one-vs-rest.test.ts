import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { crossValidate, fitOneVsRest, type MultiInput } from './one-vs-rest'

/** Points on the unit circle; class 0 is the right half, class 1 the upper half. A sample can be of both or of none. */
function circle(count: number, known: number[], hide = (_row: number, _c: number) => false): MultiInput {
  const draw = random(5)
  const embeddings = new Float32Array(count * 2)
  for (let row = 0; row < count; row++) {
    const angle = draw.next() * 2 * Math.PI
    embeddings.set([Math.cos(angle), Math.sin(angle)], row * 2)
  }
  const targets = Float32Array.from(
    known.flatMap((row) => [0, 1].map((c) => (hide(row, c) ? 0 : embeddings[row * 2 + c]! > 0 ? 1 : -1))),
  )
  return { embeddings, rows: count, dimensions: 2, labels: { rows: Uint32Array.from(known), targets, classCount: 2 } }
}
const accuracy = ({ embeddings, rows }: MultiInput, probabilities: Float32Array) =>
  Array.from({ length: rows * 2 }, (_, at) => Number(probabilities[at]! >= 0.5 === embeddings[at]! > 0)).reduce(
    (sum, one) => sum + one,
    0,
  ) /
  (rows * 2)

test('each class is told apart from the rest, whatever else a sample is', () => {
  const input = circle(400, [...Array(40).keys()])
  const probabilities = fitOneVsRest(input)
  expect(accuracy(input, probabilities)).toBeGreaterThan(0.95)
  const both = Array.from({ length: 400 }, (_, row) => row).filter(
    (row) => probabilities[row * 2]! > 0.5 && probabilities[row * 2 + 1]! > 0.5,
  )
  expect(both.length).toBeGreaterThan(50)
  expect(crossValidate(input, () => true, 0)!.f1).toBeGreaterThan(0.9)
})

test('what is not known of a class says nothing about it: each half learns from its own answers', () => {
  const apart = circle(400, [...Array(40).keys()], (row, c) => row % 2 === c)
  expect(accuracy(apart, fitOneVsRest(apart))).toBeGreaterThan(0.9)
})

test('the fit is where the gradient of the log loss vanishes', () => {
  const input = circle(60, [...Array(30).keys()])
  const probabilities = fitOneVsRest(input)
  const scores = (row: number) => Math.log(probabilities[row * 2]! / (1 - probabilities[row * 2]!))
  const slope = input.labels.rows.reduce(
    (sum, row, position) => sum + (probabilities[row * 2]! - Number(input.labels.targets[position * 2]! > 0)),
    0,
  )
  expect(Math.abs(slope)).toBeLessThan(0.01)
  expect(scores(0)).not.toBeNaN()
})

test('nothing to hold out: nothing is claimed', () => {
  expect(crossValidate(circle(10, [0, 1, 2]), () => false, 0)).toBeNull()
})
