import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { crossFitted, fitIsotonic, isotonicAt, poolAdjacentViolators, worthIsotonic } from './isotonic'
import { reliability } from './reliability'

/** The same by its other definition (Robertson, Wright & Dykstra 1988): the largest of the smallest means. */
function minMax(values: number[], weights: number[]): number[] {
  const mean = (from: number, to: number) => {
    let [sum, weight] = [0, 0]
    for (let at = from; at <= to; at++) {
      sum += values[at]! * weights[at]!
      weight += weights[at]!
    }
    return sum / weight
  }
  return values.map((_, at) => {
    const lows = Array.from({ length: at + 1 }, (_, from) =>
      Math.min(...Array.from({ length: values.length - at }, (_, more) => mean(from, at + more))),
    )
    return Math.max(...lows)
  })
}

test('pooling gives the sequence of its definition', () => {
  const draws = random(4)
  for (let round = 0; round < 40; round++) {
    const values = Array.from({ length: 1 + draws.below(25) }, (_, at) => Math.round(10 * (draws.normal() + at / 8)) / 10)
    const weights = values.map(() => 1 + draws.below(5))
    const expected = minMax(values, weights)
    poolAdjacentViolators(values, weights).forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 9))
  }
  expect([...poolAdjacentViolators([1, 3, 2, 4], [1, 1, 1, 1])]).toEqual([1, 2.5, 2.5, 4])
})

/** A head whose share right jumps at a confidence of 0.8: no exponent makes that right. */
function jumpy(count: number, seed: number) {
  const draws = random(seed)
  return Array.from({ length: count }, () => {
    const confidence = 0.5 + draws.next() / 2
    return { confidence, right: draws.next() < (confidence > 0.8 ? 0.99 : 0.5) }
  })
}

test('a curve is taken where it is clearly better, and brings confidences to the share right', () => {
  const guesses = jumpy(600, 1)
  const curve = worthIsotonic(guesses, 0)!
  const fresh = jumpy(4000, 2)
  const before = reliability(fresh)
  const after = reliability(fresh.map(({ confidence, right }) => ({ confidence: isotonicAt(curve, confidence), right })))
  expect(after.error).toBeLessThan(0.5 * before.error)
  expect(after.brier).toBeLessThan(before.brier)
  expect(reliability(crossFitted(guesses, 0)).error).toBeLessThan(before.error)
})

test('confidences that are right, or too few, stay as they are', () => {
  const draws = random(3)
  const honest = Array.from({ length: 400 }, () => {
    const confidence = 0.5 + draws.next() / 2
    return { confidence, right: draws.next() < confidence }
  })
  expect(worthIsotonic(honest, 0)).toBeNull()
  expect(worthIsotonic(jumpy(50, 1), 0)).toBeNull()
})

test('the curve never falls, keeps the order, stays between 0 and 1, and takes no few guesses for certainty', () => {
  const curve = fitIsotonic(jumpy(80, 5))
  const values = Array.from({ length: 1001 }, (_, at) => isotonicAt(curve, at / 1000))
  expect(values[0]).toBe(0)
  values.forEach((value, at) => {
    expect(value).toBeLessThan(1)
    if (at > 0) expect(value).toBeGreaterThanOrEqual(values[at - 1]!)
  })
  expect(values[1000]).toBeGreaterThan(values[999]!)
})
