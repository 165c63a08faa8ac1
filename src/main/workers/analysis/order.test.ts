import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { firstByKey, inCategories, momentRanks, sortedByKey } from './order'

test.each([false, true])('as a stable sort by comparison, descending %s', (descending) => {
  const draw = random(4)
  const key = Float32Array.from({ length: 5000 }, (_, at) => (at % 97 === 0 ? NaN : Math.round(draw.normal() * 40) / 8))
  const ordinals = Uint32Array.from(key.keys()).filter((ordinal) => ordinal % 3 !== 0)
  const sign = descending ? -1 : 1
  const expected = [...ordinals].sort((a, b) => {
    if (Number.isNaN(key[a]!) || Number.isNaN(key[b]!))
      return Number(Number.isNaN(key[a]!)) - Number(Number.isNaN(key[b]!)) || a - b
    return sign * (key[a]! - key[b]!) || a - b
  })
  expect([...sortedByKey(ordinals, key, descending)]).toEqual(expected)
})

test('both zeros are equal, infinities are ends, and what is given stays as it was', () => {
  const given = Uint32Array.of(0, 1, 2, 3, 4)
  expect([...sortedByKey(given, [0, -0, Infinity, -Infinity, 1e-30], false)]).toEqual([3, 0, 1, 4, 2])
  expect([...sortedByKey(given, [0, -0, Infinity, -Infinity, 1e-30], true)]).toEqual([2, 4, 0, 1, 3])
  expect([...given]).toEqual([0, 1, 2, 3, 4])
})

const many = Uint32Array.from({ length: 60_000 }, (_, at) => at)
const draw = random(6)
test.each([
  ['normal', Float32Array.from(many, () => draw.normal())],
  ['ascending', Float32Array.from(many)],
  ['nearly all equal', Float32Array.from(many, (at) => (at % 5000 === 0 ? at : 7))],
  ['mostly none', Float32Array.from(many, (at) => (at % 40 === 0 ? draw.next() : NaN))],
  ['few of them', Float32Array.from(many, (at) => (at % 500 === 0 ? draw.next() : NaN))],
  ['doubles', Float64Array.from(many, () => draw.next())],
])('the first by a key are the beginning of the whole order: %s', (_, key) => {
  for (const descending of [false, true]) {
    const first = firstByKey(many, key, descending, 1000)
    expect(first.length).toBeGreaterThanOrEqual(1000)
    expect(first).toEqual(sortedByKey(many, key, descending).subarray(0, first.length))
  }
})

test('categories stand one after the other, what has none last', () => {
  const values = Uint16Array.of(3, 0, 9, 3, 1, 0)
  expect([...inCategories(Uint32Array.of(5, 4, 3, 2, 1, 0), values, 9)]).toEqual([5, 1, 4, 3, 0, 2])
})

test('moments are told apart to the millisecond, before 1970 too', () => {
  const late = Date.UTC(2024, 4, 5, 23, 59, 59, 996)
  const moments = Float64Array.of(late + 3, NaN, late + 2, -5, late + 3, late + 4, -3_600_000, -3_600_001)
  expect([...momentRanks(moments)]).toEqual([4, NaN, 3, 2, 4, 5, 1, 0])
})
