import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { sortedByKey } from './order'

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
