import { expect, it } from 'vitest'
import { random } from '../../src/main/engine/random'
import { studentInterval, studentQuantile } from './statistics'

it('has the critical values of the printed tables', () => {
  const table: [number, number, number][] = [
    [0.95, 1, 12.7062],
    [0.95, 2, 4.3027],
    [0.95, 3, 3.1824],
    [0.95, 4, 2.7764],
    [0.95, 19, 2.093],
    [0.95, 59, 2.001],
    [0.99, 10, 3.1693],
    [0.8, 7, 1.4149],
  ]
  for (const [level, freedom, value] of table) expect(studentQuantile(level, freedom)).toBeCloseTo(value, 4)
})

it('is mean ± t s / √n', () => {
  // Student's (1908) additional hours of sleep; the interval is that of R's t.test(extra, paired).
  const differences = [1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]
  const { mean, lower, upper } = studentInterval(differences)
  expect(mean).toBeCloseTo(1.58, 10)
  expect(lower).toBeCloseTo(0.7001142, 6)
  expect(upper).toBeCloseTo(2.4598858, 6)
  expect(studentInterval([0.3])).toEqual({ mean: 0.3, lower: 0.3, upper: 0.3 })
})

it('covers the true mean as often as it says', () => {
  const next = random(7)
  const trials = 4000
  let covered = 0
  for (let trial = 0; trial < trials; trial++) {
    const { lower, upper } = studentInterval(Array.from({ length: 5 }, () => 2 + 3 * next.normal()))
    if (lower <= 2 && 2 <= upper) covered++
  }
  expect(covered / trials).toBeGreaterThan(0.94)
  expect(covered / trials).toBeLessThan(0.96)
})
