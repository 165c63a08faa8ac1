/** What a step is fed: a function of seed and step alone, so that a resumed run sees the same. */
import type { InputPorts, Values } from '../engine/program'
import { random } from '../engine/random'
import { float32, tensor, type Tensor } from '../engine/tensor'
import { warmUpCosine } from '../engine/training/schedule'
import { type Batch, type ViewJob, viewsOf } from './batches'
import type { GradientProgram } from './gradient-program'
import type { Settle } from './step-plan'
import { noiseInput, optimizerInput, rateInput, viewsInput } from './training-step'

export interface Course {
  seed: number
  batch: number
  /** Of the whole run. */
  steps: number
  /** Highest learning rate. */
  learningRate: number
  /** See `StepPlan`. */
  settle?: Settle | undefined
}

export function inputPorts(program: GradientProgram, size: number, batch: number): InputPorts {
  const ports: Record<string, InputPorts[string]> = {}
  program.views.forEach(({ count, size: own = size }, group) => {
    ports[viewsInput(group)] = { shape: [count * batch, own, own, 3], type: 'uint8' }
  })
  for (const [name, { shape }] of Object.entries(program.noise ?? {})) ports[noiseInput(name)] = { shape }
  for (const name of Object.keys(program.schedule?.(0) ?? {})) ports[rateInput(name)] = { shape: [] }
  program.phases.forEach(({ optimizer }, at) => {
    for (const name of Object.keys(optimizer.rates(1, 1))) ports[optimizerInput(at, name)] = { shape: [] }
  })
  return ports
}

/** Where the views of a step come from. */
export interface ViewSource {
  readonly batchAt: (step: number) => Batch
  /** In another thread; here and now without it. */
  readonly makeViews?: ((job: ViewJob) => Promise<Uint8Array>) | undefined
}

/** @param step from 1 */
export async function stepInputs(
  program: GradientProgram,
  { batchAt, makeViews }: ViewSource,
  course: Course,
  step: number,
): Promise<Values> {
  const { seed, steps } = course
  const inputs: Record<string, Tensor> = {}
  const groups = program.views.map(async ({ count, augmentation, size }, group) => {
    const batch = batchAt(step)
    const job = { ...batch, views: count, augmentation, group, side: size ?? batch.size }
    const views = await (makeViews ? makeViews(job) : viewsOf(job))
    inputs[viewsInput(group)] = tensor('uint8', [count * job.positions.length, job.side, job.side, 3], views)
  })
  await Promise.all(groups)
  for (const [at, [name, noise]] of Object.entries(program.noise ?? {}).entries()) {
    const values = new Float32Array(noise.shape.reduce((product, side) => product * side, 1))
    noise.fill(random(seed, 0x6e6f, step, at), values)
    inputs[noiseInput(name)] = float32(noise.shape, values)
  }
  for (const [name, value] of Object.entries(program.schedule?.(step / steps) ?? {}))
    inputs[rateInput(name)] = float32([], [value])
  const rate = learningRateAt(step, course)
  program.phases.forEach(({ optimizer }, at) => {
    for (const [name, value] of Object.entries(optimizer.rates(rate, step)))
      inputs[optimizerInput(at, name)] = float32([], [value])
  })
  return inputs
}

/** Warm-up and half a cosine over the whole run; where it settles earlier, half a cosine more from there. @param step from 1 */
export function learningRateAt(step: number, { steps, learningRate, settle }: Course): number {
  const warmUp = Math.max(1, Math.min(Math.ceil(steps / 10), 200))
  const rate = warmUpCosine(step, { peak: learningRate, steps, warmUp })
  if (!settle || step <= settle.from) return rate
  return rate * 0.5 * (1 + Math.cos((Math.PI * (step - settle.from)) / settle.steps))
}
