import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { copyPlans, measuredPlan, readPlan, writePlan } from './step-plan'

const fresh = () => mkdtempSync(join(tmpdir(), 'handful-plan-'))

it('counts epochs in whole batches, and writes down what it planned', async () => {
  const folder = fresh()
  const seen: number[] = []
  const wish = { threads: 2, epochs: 3, images: 100 }
  const plan = await measuredPlan(folder, wish, 32, (at) => Promise.resolve(seen.push(at)))
  expect(plan).toMatchObject({ steps: 9, batch: 32, threads: 2 })
  expect(readPlan(folder)).toEqual(plan)
  expect(seen).toEqual([1, 2, 3, 4, 5, 6])
})

it('does not take one slow step for the speed of all', async () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  onTestFinished(() => void vi.useRealTimers())
  const wish = { threads: 1, epochs: 1, minutes: 1, images: 100 }
  const step = (at: number) => Promise.resolve(vi.advanceTimersByTime(at === 4 ? 2000 : 5))
  expect(await measuredPlan(fresh(), wish, 32, step)).toMatchObject({ secondsPerStep: 0.005, steps: 12_000 })
})

it('spends no more of its time than so many passes take', async () => {
  const wish = { threads: 1, epochs: 1, minutes: 1e6, mostPasses: 10, images: 100 }
  expect(await measuredPlan(fresh(), wish, 50, () => Promise.resolve())).toMatchObject({ steps: 20 })
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
