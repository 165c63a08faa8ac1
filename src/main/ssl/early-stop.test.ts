import type { Look } from '@shared/look'
import { expect, it } from 'vitest'
import { bestLook, settleNote, whereToSettle } from './early-stop'
import { learningRateAt } from './step-inputs'

const looksOf = (...found: number[]): Look[] =>
  found.map((reciprocalRank, at) => ({ step: at * 10, seconds: at, scores: { reciprocalRank, effectiveRank: 10 } }))
const plan = { steps: 200, batch: 8, threads: 1, secondsPerStep: 1, lookEvery: 10 }

it('takes the earlier of looks that hardly differ, and never the untrained network', () => {
  expect(bestLook(looksOf(0.9, 0.5, 0.6, 0.603, 0.59))).toMatchObject({ step: 20 })
  expect(bestLook(looksOf(0.9))).toBeUndefined()
})

it('settles at the best look once a quarter of the plan went by without a better one', () => {
  const rising = [0.1, 0.3, 0.4, 0.5]
  expect(whereToSettle(looksOf(...rising, 0.5, 0.5, 0.49, 0.48), plan)).toBeUndefined()
  const flat = looksOf(...rising, 0.5, 0.5, 0.49, 0.48, 0.5)
  expect(whereToSettle(flat, plan)).toEqual({ from: 30, steps: 5, noticed: 80 })
  expect(whereToSettle(looksOf(...rising, 0.5, 0.5, 0.49, 0.48, 0.51), plan)).toBeUndefined()
})

it('goes on when more directions come into use, when little is left, and with few looks', () => {
  const widening = looksOf(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5).map((look, at) => ({
    ...look,
    scores: { ...look.scores, effectiveRank: 10 + at },
  }))
  expect(whereToSettle(widening, plan)).toBeUndefined()
  expect(whereToSettle(looksOf(0, 0.5, 0.4, 0.4, 0.4, 0.4), { ...plan, steps: 51 })).toBeUndefined()
  expect(whereToSettle(looksOf(0, 0.5, 0.4, 0.4), { ...plan, steps: 40 })).toBeUndefined()
})

it('waits for training that has not begun to work, and settles where it did before it broke', () => {
  expect(whereToSettle(looksOf(0.02, 0.06, 0.05, 0.04, 0.05, 0.04, 0.03, 0.05, 0.05), plan)).toBeUndefined()
  expect(whereToSettle(looksOf(0.02, 0.2, 0.05, 0.04, 0.05, 0.04, 0.03, 0.05, 0.05), plan)).toMatchObject({ from: 10 })
})

it('lets the learning rate fall from where it stood to nothing', () => {
  const course = { seed: 0, batch: 8, steps: 200, learningRate: 1 }
  const settle = { from: 100, steps: 20, noticed: 160 }
  expect(learningRateAt(100, { ...course, settle })).toBe(learningRateAt(100, course))
  expect(learningRateAt(110, { ...course, settle })).toBeCloseTo(learningRateAt(110, course) / 2, 10)
  expect(learningRateAt(120, { ...course, settle })).toBeCloseTo(0, 10)
})

it('says what happened', () => {
  expect(settleNote({ from: 1200, steps: 180, noticed: 2200 }, 4000)).toBe(
    'Stopped early: 1,000 steps after step 1,200 of 4,000, scores without labels had not improved by 1 %. Training went back there and settled for 180 steps with a falling learning rate.',
  )
})
