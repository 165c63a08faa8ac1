import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { copyPlans, measuredPlan, readPlan, stepsAtOnce, writePlan } from './step-plan'

const fresh = () => mkdtempSync(join(tmpdir(), 'handful-plan-'))

it('counts epochs in whole batches, and writes down what it planned', async () => {
  const folder = fresh()
  const seen: number[][] = []
  const wish = { threads: 2, epochs: 3, images: 100 }
  const plan = await measuredPlan(folder, wish, 32, (from, to) => Promise.resolve(seen.push([from, to])))
  expect(plan).toMatchObject({ steps: 9, batch: 32, threads: 2 })
  expect(readPlan(folder)).toEqual(plan)
  expect(seen.slice(0, 2)).toEqual([
    [1, 1],
    [1, 1],
  ])
  seen.slice(2).forEach(([from], go, goes) => expect(from).toBe(go === 0 ? 2 : goes[go - 1]![1]! + 1))
})

it('does not take one slow go for the speed of all, and counts what passed before the steps as spent', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const wish = { threads: 1, epochs: 1, minutes: 1, images: 100 }
  const run = (from: number, to: number) =>
    Promise.resolve(vi.advanceTimersByTime(from <= 20 && to >= 20 ? 2000 : 5 * (to - from + 1)))
  const planned = (secondsBefore = 0) =>
    measuredPlan(fresh(), { ...wish, since: performance.now() - 1000 * secondsBefore }, 32, run)
  // Timing takes 2.17 s: the slow go, and 34 steps.
  const { steps, secondsPerStep } = await planned()
  expect(secondsPerStep).toBeCloseTo(0.005, 6)
  expect(Math.abs(steps - (60 - 2.17) / 0.005)).toBeLessThanOrEqual(1)
  expect(Math.abs((await planned(20)).steps - (40 - 2.17) / 0.005)).toBeLessThanOrEqual(1)
  // Who gives time wants something learned.
  expect(Math.abs((await planned(61)).steps - 30 / 0.005)).toBeLessThanOrEqual(1)
})

it('computes so many steps at once that a person who pauses does not wait', () => {
  expect([0.001, 0.2, 0.5, 2].map((secondsPerStep) => stepsAtOnce({ secondsPerStep }))).toEqual([8, 4, 1, 1])
  expect(stepsAtOnce({ secondsPerStep: 0.001, provider: 'webgpu' })).toBe(1)
})

it('spends no more of its time than so many passes take', async () => {
  const wish = { threads: 1, epochs: 1, minutes: 1e6, mostPasses: 10, images: 100 }
  expect(await measuredPlan(fresh(), wish, 50, () => Promise.resolve())).toMatchObject({ steps: 20 })
})

it('takes no step where time does not allow for as many passes as are worth it', async () => {
  const wish = { threads: 1, epochs: 1, minutes: 1e-12, fewestPasses: 3, images: 100 }
  const folder = fresh()
  expect(await measuredPlan(folder, wish, 50, () => Promise.resolve())).toMatchObject({ steps: 0 })
  expect(readPlan(folder)).toMatchObject({ steps: 0 })
  expect(await measuredPlan(fresh(), { ...wish, minutes: 1e6, mostPasses: 3 }, 50, () => Promise.resolve())).toMatchObject({
    steps: 6,
  })
})

it('plans looks that cost a twentieth of the run at most, and none where it is too short for two', async () => {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
  const wish = { threads: 1, epochs: 2000, images: 100, look: () => wait(20) }
  const { steps, secondsPerStep, lookEvery } = await measuredPlan(fresh(), wish, 50, () => wait(4))
  expect(steps).toBe(4000)
  expect(lookEvery! * secondsPerStep).toBeGreaterThanOrEqual(0.019 / 0.05)
  expect(steps / lookEvery!).toBeLessThanOrEqual(40)
  expect(await measuredPlan(fresh(), { ...wish, epochs: 1 }, 50, () => wait(4))).not.toHaveProperty('lookEvery')
  expect(await measuredPlan(fresh(), { ...wish, look: undefined }, 50, () => wait(4))).not.toHaveProperty('lookEvery')
})

it('hands plans on to another run, without what else lies there and without overwriting', () => {
  const [from, to] = [fresh(), fresh()]
  mkdirSync(join(from, 'part'))
  const plan = { steps: 7, batch: 8, threads: 1, secondsPerStep: 0.1 }
  writePlan(from, plan)
  writePlan(join(from, 'part'), { ...plan, steps: 8 })
  writeFileSync(join(from, 'checkpoint'), '')
  writePlan(to, { ...plan, steps: 1 })
  copyPlans(from, to)
  expect(readPlan(to)!.steps).toBe(1)
  expect(readPlan(join(to, 'part'))!.steps).toBe(8)
  expect(readdirSync(to).sort()).toEqual(['part', 'plan.json'])
  copyPlans(join(from, 'nowhere'), to)
})
