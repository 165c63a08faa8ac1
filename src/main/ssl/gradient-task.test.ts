/** A gradient-trained task in real processes: the same encoder whether or not the process was killed on the way. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { shapes } from '../encoders/shapes.fixture'
import { readCheckpoint } from '../engine/training/checkpoint'
import { trained } from './gradient-task'
import { readPlan, writePlan } from './step-plan'
import { trainingViews } from './training-views'
import { prepareVicreg } from './vicreg'
import { vicregDescriptor } from './vicreg.descriptor'

const loader = pathToFileURL(join(import.meta.dirname, '../hosts/source-loader.ts')).href
const fixture = join(import.meta.dirname, 'gradient-task.fixture.ts')
const epochs = 12 // of 4 steps

/** Kills the process (SIGKILL) once it reports step `killAt` or later. */
async function fit(folder: string, killAt = Infinity): Promise<number[]> {
  const child = spawn(process.execPath, ['--import', loader, fixture, folder, String(epochs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const steps: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [step, loss] = line.split(' ')
    if (loss) steps.push(Number(step))
    if (Number(step) >= killAt) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode ?? child.exitCode).toBe(killAt === Infinity ? 0 : 'SIGKILL')
  return steps
}

it('goes on after kill -9 and ends with the very same bits', async () => {
  const [whole, killed] = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'handful-fit-'))) as [string, string]
  const [straight] = await Promise.all([fit(whole), fit(killed, 2)])
  const saved = readCheckpoint(join(killed, 'checkpoint'))!.step
  expect(saved).toBeGreaterThan(0)
  const resumed = await fit(killed)
  expect(resumed[0]!).toBeGreaterThan(saved - 1)
  expect(straight.at(-1)).toBe(epochs * 4)
  expect(resumed.at(-1)).toBe(epochs * 4)
  expect(readFileSync(join(killed, 'encoder.onnx')).equals(readFileSync(join(whole, 'encoder.onnx')))).toBe(true)
  const bits = (folder: string) => readFileSync(join(folder, 'checkpoint'))
  expect(bits(killed).equals(bits(whole))).toBe(true)
})

it('keeps the domain it found, and a run that follows its plan takes that one whatever the images say', async () => {
  const [first, second] = [1, 2].map(() => mkdtempSync(join(tmpdir(), 'handful-fit-'))) as [string, string]
  await fit(first)
  const plan = readPlan(first)!
  expect(plan.domain).toMatchObject({ domain: 'photos' })
  writePlan(second, { ...plan, domain: { domain: 'aligned', note: 'As before.' } })
  await fit(second)
  const bits = (folder: string) => readFileSync(join(folder, 'encoder.onnx'))
  expect(bits(second).equals(bits(first))).toBe(false)
  expect(readPlan(second)!.domain).toEqual({ domain: 'aligned', note: 'As before.' })
})

it('takes no step where there is no time for the fewest passes, nor when it goes on with more time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-fit-'))
  const parameters = vicregDescriptor.parameters.parse({ encoder: 'nano', batch: 20 })
  const { images } = shapes(60, 16, 'grey')
  const context = { images, seed: 1, parameters, threads: 1, folder, augmentation: trainingViews('compared', 'photos') }
  for (const minutes of [1e-12, 60]) {
    const stages: string[] = []
    for await (const { stage } of trained(prepareVicreg, { ...context, minutes }, { fewestPasses: 5 })) stages.push(stage)
    expect(stages).not.toContain('Training')
    expect(readPlan(folder)).toMatchObject({ steps: 0, batch: 20 })
  }
})
