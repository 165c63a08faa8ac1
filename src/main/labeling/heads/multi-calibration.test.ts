import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { applyCalibration, calibrateMulti } from './multi-calibration'
import type { MultiLabels } from './one-vs-rest'
import { reliability } from './reliability'

const count = 1500

/** Held-out probabilities of three classes: of the first as they are, of the second too sure, of the third with a jump at 0.6. */
function heldOut(seed: number) {
  const draws = random(seed)
  const says = new Float32Array(count * 3)
  const targets = new Float32Array(count * 3)
  for (let at = 0; at < says.length; at++) {
    const p = draws.next()
    const truly = [p, p ** 0.4 / (p ** 0.4 + (1 - p) ** 0.4), p > 0.6 ? 0.95 : 0.15][at % 3]!
    says[at] = p
    targets[at] = draws.next() < truly ? 1 : -1
  }
  const labels: MultiLabels = { rows: Uint32Array.from({ length: count }, (_, row) => row), targets, classCount: 3 }
  return { labels, validated: { heldOut: says, folds: new Int16Array(count) } }
}
const fair = Array.from({ length: count }, (_, at) => at)
const errorOf = (says: Float32Array, { targets }: MultiLabels, c: number) =>
  reliability(fair.map((at) => ({ confidence: says[at * 3 + c]!, right: targets[at * 3 + c]! > 0 }))).error

test('each class is calibrated by itself: by an exponent, or by a curve where that is clearly better', () => {
  const { labels, validated } = heldOut(1)
  const { byClass } = calibrateMulti(labels, validated, fair, 0)
  expect(byClass.map(({ isotonic }) => isotonic !== null)).toEqual([false, false, true])
  expect(byClass[0]!.exponent).toBeCloseTo(1, 0)
  expect(byClass[1]!.exponent).toBeCloseTo(0.4, 0)
  const fresh = heldOut(2)
  const before = [0, 1, 2].map((c) => errorOf(fresh.validated.heldOut, fresh.labels, c))
  const calibrated = applyCalibration(fresh.validated.heldOut.slice(), byClass)
  for (const c of [0, 1, 2]) expect(errorOf(calibrated, fresh.labels, c)).toBeLessThan(0.03)
  expect(before[1]).toBeGreaterThan(0.06)
  expect(before[2]).toBeGreaterThan(0.1)
})

test('what nobody has said of a class, or what was never held out, changes nothing', () => {
  const { labels, validated } = heldOut(3)
  const some = calibrateMulti(labels, validated, fair.slice(0, 800), 0)
  const targets = labels.targets.map((target, at) => (at % 3 === 1 && at >= 800 * 3 ? 0 : target))
  const unsaid = calibrateMulti({ ...labels, targets }, validated, fair, 0)
  const folds = validated.folds.map((fold, at) => (at >= 800 ? -1 : fold))
  const never = calibrateMulti(labels, { ...validated, folds }, fair, 0)
  expect(never.byClass[1]).toEqual(unsaid.byClass[1])
  expect(never.byClass[0]!.exponent).toBeCloseTo(some.byClass[0]!.exponent, 1)
})
