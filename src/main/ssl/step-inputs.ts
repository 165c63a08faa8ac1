/** What a step is fed: a function of seed and step alone, so that a resumed run sees the same. */
import type { InputPorts, Values } from '../engine/program'
import { random } from '../engine/random'
import { float32, tensor, type Tensor } from '../engine/tensor'
import { warmUpCosine } from '../engine/training/schedule'
import type { ImageSource } from '../views/images'
import { batchViews } from './batches'
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

/** @param step from 1 */
export function stepInputs(program: GradientProgram, images: ImageSource, course: Course, step: number): Values {
  const { seed, batch, steps } = course
  const inputs: Record<string, Tensor> = {}
  program.views.forEach(({ count, augmentation, size = images.size }, group) => {
    const pixels = batchViews(images, { seed, step, batch, views: count, augmentation, group, size })
    inputs[viewsInput(group)] = tensor('uint8', [count * batch, size, size, 3], pixels)
  })
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
