/** How many steps a run takes: from its time budget and the speed measured at its start, recorded so that the run can be repeated. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ChosenDomain } from '../encoders/choose-domain'
import { copyWhole, writeWhole } from '../engine/whole-file'
import type { NetworkKind } from './networks'

/** Parts of the race have plans of their own, whose steps may be altered versions of images. Without steps a part is left out. */
export interface StepPlan {
  steps: number
  /** Samples per step. */
  batch: number
  /** Sums come out the same on the same number of threads only. */
  threads: number
  /** Execution provider of the steps; the processor when left out. */
  provider?: string | undefined
  /** Why that one, for the run's notes. */
  providerNote?: string | undefined
  secondsPerStep: number
  /** That is trained. */
  network?: NetworkKind | undefined
  /** Times that training was begun again at a third of the learning rate. */
  recoveries?: number
  /** As found from the images or asked for; sets the views. */
  domain?: ChosenDomain | undefined
  /** Steps between looks at held-back samples; none where they would cost more than they tell. */
  lookEvery?: number
  /** Training stopped early: after step `from` come `steps` more with a falling learning rate, and no others. */
  settle?: Settle
}

export interface Settle {
  from: number
  steps: number
  /** The step at which it was noticed that scores had not improved since `from`. */
  noticed: number
}

/** The last step that is taken. */
export const lastStep = ({ steps, settle }: StepPlan) => (settle ? settle.from + settle.steps : steps)

/** Seconds in which a person's wish to pause is heard, about, and steps from which more at once gain nothing. */
const [mostSeconds, mostAtOnce] = [0.8, 8]

/** Steps that the runtime computes in one go. Elsewhere than on the processor the views of the next step are made meanwhile. */
export function stepsAtOnce({ secondsPerStep, provider = 'cpu' }: Pick<StepPlan, 'secondsPerStep' | 'provider'>): number {
  return provider === 'cpu' ? Math.max(1, Math.min(mostAtOnce, Math.floor(mostSeconds / secondsPerStep))) : 1
}

export interface Wish {
  threads: number
  provider?: string | undefined
  providerNote?: string | undefined
  /** Passes through all images, unless a time is given. */
  epochs: number
  minutes?: number | undefined
  /** When that time began, by `performance.now()`; with the first of these steps when left out. What passed since counts for up to half of it. */
  since?: number | undefined
  /** Passes through all images at most, however much time there is. */
  mostPasses?: number | undefined
  /** Of a time budget: where it does not allow for so many, there are no steps. */
  fewestPasses?: number | undefined
  images: number
  domain?: ChosenDomain | undefined
  network?: NetworkKind | undefined
  /** Takes a look at held-back samples; answers when it is done. */
  look?: (() => Promise<unknown>) | undefined
}

/** Looks may take this share of a run, and there are at most so many. */
const [lookShare, mostLooks] = [0.05, 40]
/** Fewer looks tell nothing. */
const fewestLooks = 2

/** Goes timed after steps that warm up: the median, since a machine that is at something else for a second must not cut a run short. */
const TIMED = 5

/** Runs a few steps, plans, and writes the plan to the folder. @param run the steps from … to */
export async function measuredPlan(
  folder: string,
  { epochs, minutes, since = performance.now(), mostPasses = Infinity, fewestPasses = 0, images, look, ...kept }: Wish,
  batch: number,
  run: (from: number, to: number) => Promise<unknown>,
): Promise<StepPlan> {
  await run(1, 1)
  const { provider } = kept
  const atOnce = stepsAtOnce({ secondsPerStep: await secondsOf(() => run(1, 1)), provider })
  const times: number[] = []
  for (let go = 0; go < TIMED; go++) {
    const done = 1 + go * atOnce
    times.push((await secondsOf(() => run(done + 1, done + atOnce))) / atOnce)
  }
  const secondsPerStep = times.sort((a, b) => a - b)[(TIMED - 1) / 2]!
  const secondsPerLook = look ? await secondsOf(look) : 0
  const forSteps = look ? 1 - lookShare : 1
  const seconds = Math.max((minutes ?? 0) * 60 - (performance.now() - since) / 1000, (minutes ?? 0) * 30)
  const wanted = minutes === undefined ? epochs * Math.floor(images / batch) : (seconds * forSteps) / secondsPerStep
  const most = Math.max(1, Math.floor(Math.min(wanted, (mostPasses * images) / batch)))
  const steps = minutes !== undefined && most * batch < fewestPasses * images ? 0 : most
  const lookEvery = look ? stepsBetweenLooks(steps, secondsPerLook / secondsPerStep) : undefined
  const plan = { steps, batch, secondsPerStep, ...kept, ...(lookEvery && { lookEvery }) }
  writePlan(folder, plan)
  return plan
}

/** @param cost of a look, in steps */
function stepsBetweenLooks(steps: number, cost: number): number | undefined {
  const every = Math.max(1, Math.ceil(cost / lookShare), Math.ceil(steps / mostLooks))
  return every * fewestLooks <= steps ? every : undefined
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}

/** There whole or not at all. */
export function writePlan(folder: string, plan: StepPlan): void {
  writeWhole(planPath(folder), JSON.stringify(plan, null, 2))
}

export function readPlan(folder: string): StepPlan | undefined {
  try {
    return JSON.parse(readFileSync(planPath(folder), 'utf8')) as StepPlan
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const planPath = (folder: string) => join(folder, 'plan.json')

/** The plans of a run and of its parts, for another run to follow. */
export function copyPlans(from: string, to: string): void {
  if (!existsSync(from)) return
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const target = join(to, path)
    if (basename(path) !== basename(planPath('')) || existsSync(target)) continue
    mkdirSync(dirname(target), { recursive: true })
    copyWhole(join(from, path), target)
  }
}
