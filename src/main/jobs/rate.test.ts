/** Time left with a clock in hand. */
import { expect, test } from 'vitest'
import { progressMeter } from './rate'

test('time left ignores what was done before and the night the computer slept through', () => {
  let time = 0
  const meter = progressMeter('s', 1000, 100, () => time)
  expect(meter(100)).toMatchObject({ rate: null, secondsLeft: null })
  time += 10_000
  expect(meter(200)).toMatchObject({ rate: 10, secondsLeft: 80 })
  time += 8 * 3_600_000
  const { secondsLeft } = meter(201)
  expect(secondsLeft!).toBeLessThan(600)
})
