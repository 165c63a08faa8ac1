/** A run whose scores do not improve: it ends early at a step that its repetition and its resumption after an interruption share. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LookRecord } from '@shared/look'
import { expect, it } from 'vitest'
import { finish } from '../encoders/describe'
import { shapes } from '../encoders/shapes.fixture'
import { readCheckpoint } from '../engine/training/checkpoint'
import type { ScoredEncoder } from '../evaluate/label-free'
import { Looks, type LooksOptions } from '../evaluate/looks'
import { poolOf } from '../evaluate/score-pool'
import { gradientTask } from './gradient-task'
import { copyPlans, lastStep, readPlan, writePlan } from './step-plan'
import { prepareVicreg } from './vicreg'
import { vicregDescriptor } from './vicreg.descriptor'

const { images } = shapes(48, 16, 'grey')
const planned = { steps: 40, batch: 16, threads: 1, secondsPerStep: 0.01, lookEvery: 4 }
const task = gradientTask({ descriptor: vicregDescriptor, prepare: prepareVicreg, checkpointSeconds: 0 })
/** So small a learning rate that nothing is learned. */
const idle = { encoder: 'nano', projection: 16, batch: 16, domain: 'photos', learningRate: 1e-5 }

/** Ends the run, as a kill would, at the look at this step. */
class Interrupted extends Looks {
  at = Infinity

  /** Neighbours that a person saw, by step. */
  readonly shown = new Map<number | null, LookRecord['now']>()
  private readonly folder: string

  constructor(options: LooksOptions) {
    super(options)
    this.folder = options.folder
  }

  override async take(encoder: ScoredEncoder, step: number | null) {
    if (step === this.at) throw new Error('interrupted')
    const look = await super.take(encoder, step)
    this.shown.set(step, this.written().now)
    return look
  }

  written(): LookRecord {
    return JSON.parse(readFileSync(join(this.folder, 'looks.json'), 'utf8')) as LookRecord
  }
}

async function fit(folder: string, { stopEarly = true, interruptAt = Infinity } = {}) {
  const pool = poolOf(images, 400)
  const looks = new Interrupted({ folder, pool, ordinals: pool.positions, threads: 1, clock: () => 0 })
  looks.at = interruptAt
  const parameters = vicregDescriptor.parameters.parse({ ...idle, stopEarly })
  const fitted = await finish(task.fit({ images, seed: 3, parameters, threads: 1, folder, looks }))
  return { ...fitted, looks, steps: looks.taken.map(({ step }) => step) }
}

const withPlan = () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-stop-'))
  writePlan(folder, planned)
  return folder
}

it(
  'goes back to the best look and settles; repeated by plan or resumed, it is the same encoder',
  { timeout: 120_000 },
  async () => {
    const [folder, resumed, again] = [withPlan(), withPlan(), mkdtempSync(join(tmpdir(), 'handful-stop-'))]
    const stopped = await fit(folder)
    const plan = readPlan(folder)!
    expect(plan.settle).toBeDefined()
    const { shown } = stopped.looks
    expect(stopped.looks.written()).toMatchObject({ settlesFrom: plan.settle!.from, now: shown.get(plan.settle!.from) })
    expect(shown.get(plan.settle!.noticed)).not.toEqual(shown.get(plan.settle!.from))
    expect(lastStep(plan)).toBeLessThan(planned.steps)
    expect(readCheckpoint(join(folder, 'checkpoint'))!.step).toBe(lastStep(plan))
    expect(stopped.notes.join('\n')).toMatch(/Stopped early: \d+ steps after step \d+ of 40/)
    expect(stopped.notes.join('\n')).toContain(`Trained for ${lastStep(plan)} steps`)

    await expect(fit(resumed, { interruptAt: plan.settle!.noticed })).rejects.toThrow('interrupted')
    expect(readPlan(resumed)!.settle).toBeUndefined()
    const completed = await fit(resumed)
    expect(readPlan(resumed)).toEqual(plan)
    expect(Buffer.from(completed.model).equals(Buffer.from(stopped.model))).toBe(true)

    copyPlans(folder, again)
    const repeated = await fit(again)
    expect(Buffer.from(repeated.model).equals(Buffer.from(stopped.model))).toBe(true)
    expect(repeated.notes).toEqual(stopped.notes)
    expect(existsSync(join(again, 'checkpoint.best'))).toBe(false)
  },
)

it('takes all steps and all looks where stopping is not wished', { timeout: 60_000 }, async () => {
  const folder = withPlan()
  const { steps, notes } = await fit(folder, { stopEarly: false })
  expect(readCheckpoint(join(folder, 'checkpoint'))!.step).toBe(40)
  expect(steps).toEqual(Array.from({ length: 10 }, (_, at) => at * 4))
  expect(notes.join('\n')).not.toContain('Stopped early')
})
