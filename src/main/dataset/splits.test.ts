/** Checks that splits are exact, reproducible, and nearly still under added samples. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { planSplit, splitCounts, splitKey, type SplitFractions, type SplitMember } from './splits'

const member = (stratum: string, index: number): SplitMember => ({
  stratum,
  sha256: createHash('sha256').update(`${stratum} ${index}`).digest('hex'),
})
const some = (stratum: string, count: number) => Array.from({ length: count }, (_, index) => member(stratum, index))
const tenth: SplitFractions = { validation: 0.1, test: 0.2, seed: 7 }

function count(members: SplitMember[], fractions = tenth) {
  const splitOf = planSplit(fractions, members)
  const counts = { train: 0, val: 0, test: 0 }
  for (const one of members) counts[splitOf(one)]++
  return counts
}

describe('planSplit', () => {
  test('gives every class its fractions, whatever its size', () => {
    for (const size of [10, 40, 1000]) {
      expect(count(some('boot', size))).toEqual({ train: size * 0.7, val: size * 0.1, test: size * 0.2 })
    }
    expect(count(some('boot', 3))).toEqual({ train: 1, val: 1, test: 1 })
    expect(count(some('boot', 2))).toEqual({ train: 1, val: 1, test: 0 })
    expect(count(some('boot', 1))).toEqual({ train: 1, val: 0, test: 0 })
  })

  test('is the same for the same seed in any order, another for another seed', () => {
    const members = [...some('boot', 200), ...some('bag', 30)]
    const first = planSplit(tenth, members)
    const again = planSplit(tenth, members.toReversed())
    const other = planSplit({ ...tenth, seed: 8 }, members)
    expect(members.map(again)).toEqual(members.map(first))
    expect(members.map(other)).not.toEqual(members.map(first))
  })

  test('one added sample moves at most one other over each cut, in its own class only', () => {
    const before = [...some('boot', 100), ...some('bag', 100)]
    let splitOf = planSplit(tenth, before)
    for (let size = 100; size < 160; size++) {
      const grown = planSplit(tenth, [...some('boot', size + 1), ...some('bag', 100)])
      const moved = some('boot', size).filter((one) => splitOf(one) !== grown(one))
      expect(moved.length).toBeLessThanOrEqual(2)
      expect(some('bag', 100).filter((one) => splitOf(one) !== grown(one))).toEqual([])
      splitOf = grown
    }
  })

  test('refuses fractions over the whole', () => {
    expect(() => planSplit({ validation: 0.6, test: 0.6, seed: 0 }, [])).toThrow(/more than the whole/)
  })
})

test('counts always add up, and no part asked for stays empty where there are enough samples', () => {
  for (const validation of [0, 0.05, 0.1, 0.5, 0.9]) {
    for (const held of [0, 0.05, 0.1, 0.5, 0.9]) {
      if (validation + held > 1) continue
      for (let total = 0; total < 60; total++) {
        const counts = splitCounts(total, { validation, test: held })
        expect(counts.train + counts.val + counts.test).toBe(total)
        expect(Math.min(counts.train, counts.val, counts.test)).toBeGreaterThanOrEqual(0)
        const parts = [1 - validation - held > 1e-9, validation > 0, held > 0].filter(Boolean).length
        if (total < parts) continue
        if (validation > 0) expect(counts.val).toBeGreaterThan(0)
        if (held > 0) expect(counts.test).toBeGreaterThan(0)
        if (validation + held < 1) expect(counts.train).toBeGreaterThan(0)
        if (held === 0) expect(counts.test).toBe(0)
        if (validation === 0) expect(counts.val).toBe(0)
      }
    }
  }
})

test('keys are spread evenly', () => {
  const keys = Array.from({ length: 2000 }, (_, index) => splitKey(3, member('a', index).sha256))
  const mean = keys.reduce((sum, key) => sum + key, 0) / keys.length
  expect(mean).toBeCloseTo(0.5, 1)
  expect(Math.min(...keys)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...keys)).toBeLessThan(1)
})
