/** How many steps a run takes: from its time budget and the speed measured at its start, recorded so that the run can be repeated. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ChosenDomain } from '../encoders/choose-domain'

export interface StepPlan {
  steps: number
  /** Samples per step. */
  batch: number
  /** Sums come out the same on the same number of threads only. */
  threads: number
  secondsPerStep: number
  /** Times that training was begun again at a third of the learning rate. */
  recoveries?: number
  /** As found from the images or asked for; sets the views. */
  domain?: ChosenDomain | undefined
}

export interface Wish {
  threads: number
  /** Passes through all images, unless a time is given. */
  epochs: number
  minutes?: number | undefined
  images: number
  mostSteps?: number
  domain?: ChosenDomain | undefined
}

/** Steps timed after one that warms up. */
const TIMED = 3

/** Runs a few steps, plans, and writes the plan to the folder. */
export async function measuredPlan(
  folder: string,
  { threads, epochs, minutes, images, mostSteps = Infinity, domain }: Wish,
  batch: number,
  step: (at: number) => Promise<unknown>,
): Promise<StepPlan> {
  await step(1)
  const began = performance.now()
  for (let at = 2; at < 2 + TIMED; at++) await step(at)
  const secondsPerStep = (performance.now() - began) / 1000 / TIMED
  const wanted = minutes === undefined ? epochs * Math.floor(images / batch) : (minutes * 60) / secondsPerStep
  const plan = { steps: Math.max(1, Math.min(mostSteps, Math.floor(wanted))), batch, threads, secondsPerStep, domain }
  writePlan(folder, plan)
  return plan
}

/** There whole or not at all. */
export function writePlan(folder: string, plan: StepPlan): void {
  const path = planPath(folder)
  writeFileSync(`${path}.part`, JSON.stringify(plan, null, 2))
  renameSync(`${path}.part`, path)
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
    copyFileSync(join(from, path), target)
  }
}
