import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { wilson } from './measured'
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

test('no fair samples, nothing measured; few of them, no advice to stop', () => {
  const input = circle(100, 60)
  const whole = crossValidate(input, seen, 0)!
  const of = (fair: number[]) => measureMulti(input, whole, calibrateMulti(input.labels, whole, fair, 0), fair, seen, 0)
  expect(of([])).toBeNull()
  expect(of([0, 1, 2])!.advice).toBe('more-checks')
})
