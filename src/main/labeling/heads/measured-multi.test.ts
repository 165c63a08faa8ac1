import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { extrapolated, wilson } from './measured'
import { measureMulti } from './measured-multi'
import { calibrateMulti } from './multi-calibration'
import { crossValidate, type MultiInput } from './one-vs-rest'

function circle(count: number, known: number): MultiInput {
  const draw = random(5)
  const embeddings = new Float32Array(count * 2)
  for (let row = 0; row < count; row++) {
    const angle = draw.next() * 2 * Math.PI
    embeddings.set([Math.cos(angle), Math.sin(angle)], row * 2)
  }
  const rows = Uint32Array.from({ length: known }, (_, row) => row)
  const targets = Float32Array.from([...rows].flatMap((row) => [0, 1].map((c) => (embeddings[row * 2 + c]! > 0 ? 1 : -1))))
  return { embeddings, rows: count, dimensions: 2, labels: { rows, targets, classCount: 2 } }
}
const seen = () => true

test('an image is right when exactly its classes are guessed by fits without it', () => {
  const input = circle(200, 80)
  const whole = crossValidate(input, seen, 0)!
  const fair = Array.from({ length: 40 }, (_, at) => at * 2)
  const calibrated = calibrateMulti(input.labels, whole, fair, 0)
  const measured = measureMulti(input, whole, calibrated, fair, seen, 0)!
  const right = fair.filter((position) =>
    [0, 1].every((c) => whole.heldOut[position * 2 + c]! >= 0.5 === input.labels.targets[position * 2 + c]! > 0),
  ).length
  expect(measured).toMatchObject({ checks: 40, right, accuracy: wilson(right, 40) })
  expect(measured.accuracy.value).toBeGreaterThan(0.85)
  expect(measured.calibratedBy).toBe('temperature')
  // The plot is of the guesses that are shown: the classes that an image is likely to have.
  const guesses = fair.flatMap((position) => [0, 1].filter((c) => calibrated.heldOut[position * 2 + c]! >= 0.5))
  expect(measured.calibration.bins.reduce((sum, { count }) => sum + count, 0)).toBe(guesses.length)
  expect(measured.gainOfTen!.low).toBeLessThanOrEqual(measured.gainOfTen!.high)
})

test('what calibration brings is no gain of labels', () => {
  const draws = random(11)
  const embeddings = Float32Array.from({ length: 240 }, () => 8 * draws.next() - 4)
  const rows = Uint32Array.from(embeddings.keys())
  const fair = [...rows].filter((row) => row % 2 === 0)
  // The other labels say yes to more, so that fits are wrong near the edge in a way that a curve puts right.
  const targets = embeddings.map((x, row) => (x > (row % 2 === 0 ? 0 : -2) ? 1 : -1))
  const input: MultiInput = { embeddings, rows: 240, dimensions: 1, labels: { rows, targets, classCount: 1 } }
  const whole = crossValidate(input, seen, 0)!
  const half = crossValidate(input, seen, 0, 2)!
  const measured = measureMulti(input, whole, calibrateMulti(input.labels, whole, fair, 0), fair, seen, 0)!
  const right = (heldOut: Float32Array) => fair.map((row) => Number(heldOut[row]! >= 0.5 === targets[row]! > 0))
  const [ofAll, ofHalf] = [right(whole.heldOut), right(half.heldOut)]
  expect(measured.calibratedBy).toBe('isotonic')
  expect(measured.right).toBeGreaterThan(ofAll.reduce((sum, one) => sum + one, 0))
  const gained = ofAll.map((one, at) => one - ofHalf[at]!)
  expect(measured.gainOfTen).toEqual(extrapolated(gained, 240))
})

test('no fair samples, nothing measured; few of them, no advice to stop', () => {
  const input = circle(100, 60)
  const whole = crossValidate(input, seen, 0)!
  const of = (fair: number[]) => measureMulti(input, whole, calibrateMulti(input.labels, whole, fair, 0), fair, seen, 0)
  expect(of([])).toBeNull()
  expect(of([0, 1, 2])!.advice).toBe('more-checks')
})
