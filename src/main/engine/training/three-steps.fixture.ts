/** For tests: three steps of a network with an optimizer must be the same compiled as they are eagerly on tfjs' CPU backend. */
import '@tensorflow/tfjs-backend-cpu'
import { compile } from '../compile'
import { eager } from '../eager'
import { Blueprint, type Layer } from '../layers/network'
import type { Step, Tensors, TrainingStep, Values } from '../program'
import { random } from '../random'
import { float32, type Tensor } from '../tensor'
import { tf } from '../tfjs'
import { clipped, lossAndGradients, movingAverage } from './gradients'
import { adamW, lars, type Optimizer, sgd } from './optimizers'

/** Adam's step has the sign of a gradient however small that is: an ε above the rounding of gradients keeps the comparison sound. */
export const optimizers: Readonly<Record<string, Optimizer>> = { sgd: sgd(), adamW: adamW({ epsilon: 1e-6 }), lars: lars() }

export interface Trained {
  /** float32 [batch, side, side, 3] → [batch, dimensions] */
  build(plan: Blueprint): Layer
  batch: number
  side: number
  optimizer: Optimizer
}

export interface Differences {
  /** Of losses, weights, their moving averages and running statistics. */
  trained: number
  /** Of the optimizer's state: gradients and their squares, whose rounding is that of a whole backward pass. */
  state: number
}

/** The largest relative difference between the two engines after three steps: of each variable by its Euclidean length. */
export async function differences(trained: Trained): Promise<Differences> {
  const { step, variables, state } = program(trained)
  const inputs = Object.fromEntries(Object.entries(feeds(trained, 1)).map(([name, { shape }]) => [name, { shape }]))
  const wanted = await threeSteps(await eager(step, { variables, inputs, backend: 'cpu' }), trained)
  const found = await threeSteps(await compile(step, { variables, inputs, session: { threads: 1 } }), trained)
  const largest = { trained: 0, state: 0 }
  for (const [name, value] of Object.entries(wanted)) {
    const kind = name in state ? 'state' : 'trained'
    largest[kind] = Math.max(largest[kind], distance(found[name]!, value))
  }
  return largest
}

function program({ build, optimizer }: Trained): { step: Step; variables: Values; state: Values } {
  const plan = new Blueprint(3)
  const network = build(plan)
  const state = optimizer.init(plan.weights)
  const step: Step = (variables, { images, ...rates }) => {
    const weights = picked(variables, Object.keys(plan.weights))
    const { loss, gradients, others } = lossAndGradients((moving) => {
      const pass = { variables: { ...variables, ...moving }, training: true, renewed: {} as Record<string, tf.Tensor> }
      const output = network(images!, pass)
      return { loss: tf.mean(tf.square(tf.sub(tf.softmax(output), tf.square(output)))), others: pass.renewed }
    }, weights)
    const next = optimizer.update(weights, clipped(gradients, 0.5), picked(variables, Object.keys(state)), rates)
    const followed = movingAverage(unaveraged(variables, Object.keys(plan.weights)), next.weights, 0.9)
    return { variables: { ...next.weights, ...next.state, ...others, ...averaged(followed) }, outputs: { loss } }
  }
  const weights = moved(plan.weights)
  return { step, state, variables: { ...weights, ...plan.statistics, ...state, ...averaged(weights) } }
}

/** Shifts start from zero, where a difference would be compared with three steps alone: here they start elsewhere. */
function moved(weights: Values): Record<string, Tensor> {
  const draws = random(5)
  const shifted = ({ shape, data }: Tensor) =>
    float32(
      shape,
      Float32Array.from(data as Float32Array, (value) => value + 0.3 * draws.normal()),
    )
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [name, weight.shape.length > 1 ? weight : shifted(weight)]),
  )
}

const averaged = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`average/${name}`, value]))
const unaveraged = (variables: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.map((name) => [name, variables[`average/${name}`]!]))
const picked = (tensors: Tensors, names: readonly string[]): Tensors =>
  Object.fromEntries(names.map((name) => [name, tensors[name]!]))

function feeds({ batch, side, optimizer }: Trained, step: number): Record<string, Tensor> {
  const draws = random(11, step)
  const images = Float32Array.from({ length: batch * side * side * 3 }, () => 127.5 + 64 * draws.normal())
  const rates = Object.entries(optimizer.rates(0.001, step)).map(([name, rate]) => [name, float32([], [rate])] as const)
  return { images: float32([batch, side, side, 3], images), ...Object.fromEntries(rates) }
}

/** The variables after three steps, and the losses on the way. */
async function threeSteps(running: TrainingStep, trained: Trained): Promise<Record<string, Tensor>> {
  const losses: number[] = []
  for (let at = 1; at <= 3; at++) losses.push(Number((await running.run(feeds(trained, at)))['loss']!.data[0]))
  const variables = await running.variables()
  await running.dispose()
  return { ...variables, losses: float32([3], losses) }
}

function distance(found: Tensor, wanted: Tensor): number {
  const [a, b] = [found.data as Float32Array, wanted.data as Float32Array]
  const length = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  return length(b.map((value, at) => value - a[at]!)) / Math.max(length(b), 1e-6 * Math.sqrt(b.length))
}
