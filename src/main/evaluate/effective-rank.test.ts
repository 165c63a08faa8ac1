import { expect, it } from 'vitest'
import { matrix } from '../engine/linear-algebra'
import { effectiveRank } from './effective-rank'

it('is the number of equal orthogonal directions', () => {
  const identity = matrix(6, 4)
  for (let d = 0; d < 4; d++) identity.data[d * 4 + d] = 3
  expect(effectiveRank(identity)).toBeCloseTo(4, 4)
})

it('follows the formula for unequal directions', () => {
  const x = matrix(2, 3, Float32Array.of(3, 0, 0, 0, 1, 0))
  expect(effectiveRank(x)).toBeCloseTo(Math.exp(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25))), 4)
})

it('is one for a single direction and zero for nothing', () => {
  expect(effectiveRank(matrix(3, 2, Float32Array.of(1, 2, 2, 4, -3, -6)))).toBeCloseTo(1, 3)
  expect(effectiveRank(matrix(3, 2))).toBe(0)
})
