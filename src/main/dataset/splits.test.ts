/** Checks that splits are exact, reproducible, keep groups together and never move a sample. */
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { planSplit, splitCounts, type SplitFractions, splitKey, splits } from './splits'

interface Member {
  ordinal: number
  stratum: number
  sha256: Buffer
}

const tenth: SplitFractions = { validation: 0.1, test: 0.2, seed: 7 }
const some = (count: number, stratum = 0, from = 0): Member[] =>
  Array.from({ length: count }, (_, index) => ({
    ordinal: from + index,
    stratum,
    sha256: createHash('sha256')
      .update(`${from + index}`)
      .digest(),
  }))
const alone = (count: number) => Array.from({ length: count }, (_, ordinal) => ordinal)
const plan = (members: Member[], fractions = tenth, groups: ArrayLike<number> = [], kept: Uint8Array | null = null) =>
  planSplit(
    fractions,
    members.map(({ sha256, ...member }) => ({ ...member, key: splitKey(fractions.seed, sha256) })),
    { samples: members.length, groups, kept },
  )

function count(parts: Uint8Array) {
  const counts = { train: 0, val: 0, test: 0 }
  for (const part of parts) counts[splits[part - 1]!]++
  return counts
}

describe('planSplit', () => {
  test('gives every class its fractions, whatever its size', () => {
    for (const size of [10, 40, 1000]) {
      expect(count(plan(some(size)))).toEqual({ train: size * 0.7, val: size * 0.1, test: size * 0.2 })
    }
    expect(count(plan(some(3)))).toEqual({ train: 1, val: 1, test: 1 })
    expect(count(plan(some(2)))).toEqual({ train: 1, val: 1, test: 0 })
    const both = plan([...some(100), ...some(10, 1, 100)])
    expect(count(both.subarray(100))).toEqual({ train: 7, val: 1, test: 2 })
  })

  test('is the same for one seed, whatever the order, and another for another seed', () => {
    const members = some(200)
    expect(plan([...members].reverse())).toEqual(plan(members))
    expect(plan(members, { ...tenth, seed: 8 })).not.toEqual(plan(members))
  })

  test('moves no sample when others are added, and is exact again with them', () => {
    const before = plan(some(100))
    const after = plan(some(250), tenth, alone(250), before)
    expect(after.subarray(0, 100)).toEqual(before)
    expect(count(after)).toEqual({ train: 175, val: 25, test: 50 })
  })

  test('a changed class moves no sample', () => {
    const before = plan(some(100))
    const renamed = some(100).map((member) => ({ ...member, stratum: member.ordinal % 2 }))
    expect(plan(renamed, tenth, alone(100), before)).toEqual(before)
  })

  test('groups never stand on two sides, and the fractions stay near', () => {
    const groups = alone(300).map((ordinal) => ordinal - (ordinal % 5))
    const parts = plan(some(300), tenth, groups)
    for (let from = 0; from < 300; from += 5) expect(new Set(parts.subarray(from, from + 5)).size).toBe(1)
    const { val, test: tested } = count(parts)
    expect(Math.abs(val - 30)).toBeLessThanOrEqual(5)
    expect(Math.abs(tested - 60)).toBeLessThanOrEqual(5)
  })

  test('an added member joins its group where it is', () => {
    const groups = alone(60).map((ordinal) => ordinal % 10)
    const before = plan(some(30), tenth, groups)
    const after = plan(some(60), tenth, groups, before)
    for (let ordinal = 30; ordinal < 60; ordinal++) expect(after[ordinal]).toBe(before[ordinal % 10])
  })

  test('refuses more than the whole', () => {
    expect(() => plan(some(3), { validation: 0.6, test: 0.6, seed: 0 })).toThrow(/more than the whole/)
  })
})

test('splitCounts adds up for every size', () => {
  for (let total = 0; total < 60; total++) {
    const { train, val, test: tested } = splitCounts(total, { validation: 0.15, test: 0.15 })
    expect(train + val + tested).toBe(total)
    expect(Math.min(train, val, tested)).toBeGreaterThanOrEqual(0)
  }
})
