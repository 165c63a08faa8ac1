import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { heldOutOneVsRest } from '../heads/one-vs-rest'
import { multiSuspects } from './multi-suspects'
import { cleaningFolds } from './suspects'

const count = 200

/** Points on the unit circle: class 0 is the right half, class 1 the upper half. */
function circle() {
  const draw = random(3)
  const angles = Array.from({ length: count }, () => draw.next() * 2 * Math.PI)
  const points = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]))
  const targets = points.map((value) => (value > 0 ? 1 : -1))
  return { points, targets }
}

test('planted labels that are wrong or missing are found, the right ones are left alone', () => {
  const { points, targets } = circle()
  const clear = [...targets.keys()].filter((at) => Math.abs(points[at]!) > 0.6)
  const wrong = clear.filter((at) => targets[at]! < 0).slice(0, 6)
  const missing = clear.filter((at) => targets[at]! > 0).slice(0, 6)
  for (const at of [...wrong, ...missing]) targets[at] = -targets[at]!
  const folds = cleaningFolds(new Uint16Array(count), 0)
  const labels = { rows: Uint32Array.from({ length: count }, (_, row) => row), targets, classCount: 2 }
  const heldOut = heldOutOneVsRest({ embeddings: points, rows: count, dimensions: 2, labels }, folds)
  const { found } = multiSuspects(heldOut, labels, folds, () => true)
  const at = ({ position, index }: { position: number; index: number }) => position * 2 + index
  expect(found.filter(({ given }) => given).map(at)).toEqual(expect.arrayContaining(wrong))
  expect(found.filter(({ given }) => !given).map(at)).toEqual(expect.arrayContaining(missing))
  const right = found.filter((one) => !wrong.includes(at(one)) && !missing.includes(at(one)))
  expect(right.every((one) => Math.abs(points[at(one)]!) < 0.35)).toBe(true)
  const spoken = multiSuspects(heldOut, labels, folds, (position, index) => !missing.includes(position * 2 + index))
  expect(spoken.found.some((one) => missing.includes(at(one)))).toBe(false)
})

test('what a class has of its own decides: the rule on numbers worked out by hand', () => {
  const labels = { rows: Uint32Array.of(0, 1, 2, 3), targets: Float32Array.of(1, 1, -1, -1), classCount: 1 }
  const folds = Int16Array.of(0, 1, 2, 3)
  // Where it was given it is 0.6 on average, where not 0.5.
  const { found, clear } = multiSuspects(Float32Array.of(0.9, 0.3, 0.7, 0.3), labels, folds, () => true)
  expect(found.map(({ position, given }) => [position, given])).toEqual([
    [1, true],
    [2, false],
  ])
  expect(clear).toBe(2)
  expect(
    multiSuspects(Float32Array.of(0.9, 0.3, 0.55, 0.3), labels, folds, () => true).found.map(({ position }) => position),
  ).toEqual([1])
})
