/** Three steps of each network and optimizer: compiled against eager on tfjs' CPU backend. */
import '@tensorflow/tfjs-backend-cpu'
import { describe, expect, it } from 'vitest'
import { compile } from '../compile'
import { eager } from '../eager'
import type { Step, Tensors, TrainingStep, Values } from '../program'
import { random } from '../random'
import { float32, type Tensor } from '../tensor'
import { tf } from '../tfjs'
import { clipped, lossAndGradients, movingAverage } from '../training/gradients'
import { adamW, lars, type Optimizer, sgd } from '../training/optimizers'
import { gelu, silu } from './activations'
import { convolution, dense, patchify } from './dense'
import { Blueprint, chain, type Layer } from './network'
import { transposedConvolution, upsampled } from './decoding'
import { batchNorm, groupNorm, layerNorm } from './norms'

const pooled: Layer = (x) => tf.mean(x, [1, 2])
const networks: Record<string, (plan: Blueprint) => Layer> = {
  residual: (plan) => {
    const body = chain(convolution(plan, 'a', { from: 8, to: 8, size: 3 }), batchNorm(plan, 'b', 8), tf.relu)
    return chain(
      patchify(plan, 'p', { from: 3, to: 8, side: 2 }),
      batchNorm(plan, 'n', 8),
      (x, pass) => tf.add(x, body(x, pass)),
      pooled,
    )
  },
  strided: (plan) =>
    chain(
      convolution(plan, 'a', { from: 3, to: 6, size: 3, stride: 2 }),
      groupNorm(plan, 'g', { channels: 6, groups: 2 }),
      silu,
      pooled,
    ),
  decoder: (plan) =>
    chain(
      patchify(plan, 'p', { from: 3, to: 6, side: 4 }),
      transposedConvolution(plan, 't', { from: 6, to: 5, size: 4, stride: 2 }),
      batchNorm(plan, 'n', 5),
      silu,
      upsampled(2),
      convolution(plan, 'c', { from: 5, to: 3, size: 3 }),
      pooled,
    ),
  attention: (plan) => {
    const [tokens, width] = [16, 6]
    const project = dense(plan, 'qkv', { from: width, to: 3 * width })
    return chain(
      patchify(plan, 'p', { from: 3, to: width, side: 2 }),
      (x) => tf.reshape(x, [x.shape[0], tokens, width]),
      (x, pass) => {
        const [q, k, v] = tf.split(project(x, pass), 3, 2) as [tf.Tensor, tf.Tensor, tf.Tensor]
        return tf.add(x, tf.matMul(tf.softmax(tf.matMul(q, k, false, true)), v))
      },
      layerNorm(plan, 'l', width),
      (x) => tf.mean(x, 1),
    )
  },
  perceptron: (plan) =>
    chain(
      (x) => tf.reshape(x, [x.shape[0], -1]),
      dense(plan, 'a', { from: 192, to: 16 }),
      layerNorm(plan, 'l', 16),
      gelu,
      dense(plan, 'b', { from: 16, to: 6 }),
    ),
}
const optimizers: Record<string, Optimizer> = { sgd: sgd(), adamW: adamW(), lars: lars() }

function program(build: (plan: Blueprint) => Layer, optimizer: Optimizer) {
  const plan = new Blueprint(3)
  const network = build(plan)
  const state = optimizer.init(plan.weights)
  const averages = Object.fromEntries(Object.entries(plan.weights).map(([name, weight]) => [`average/${name}`, weight]))
  const pick = (tensors: Tensors, names: object): Tensors =>
    Object.fromEntries(Object.keys(names).map((name) => [name, tensors[name]!]))
  const step: Step = (variables, { images, ...rates }) => {
    const { loss, gradients, others } = lossAndGradients(
      (weights) => {
        const pass = { variables: { ...variables, ...weights }, training: true, renewed: {} as Record<string, tf.Tensor> }
        const output = network(images!, pass)
        return { loss: tf.mean(tf.square(tf.sub(tf.softmax(output), tf.square(output)))), others: pass.renewed }
      },
      pick(variables, plan.weights),
    )
    const moved = optimizer.update(pick(variables, plan.weights), clipped(gradients, 0.5), pick(variables, state), rates)
    const old = Object.fromEntries(Object.keys(plan.weights).map((name) => [name, variables[`average/${name}`]!]))
    const followed = Object.entries(movingAverage(old, moved.weights, 0.9)).map(([name, tensor]) => [`average/${name}`, tensor])
    return {
      variables: { ...moved.weights, ...moved.state, ...others, ...(Object.fromEntries(followed) as Tensors) },
      outputs: { loss },
    }
  }
  return { step, variables: { ...plan.weights, ...plan.statistics, ...state, ...averages } }
}

const images = (at: number): Tensor => {
  const draws = random(11, at)
  return float32(
    [4, 8, 8, 3],
    Float32Array.from({ length: 768 }, () => draws.normal()),
  )
}
const feeds = (optimizer: Optimizer, at: number): Record<string, Tensor> => ({
  images: images(at),
  ...Object.fromEntries(Object.entries(optimizer.rates(0.01, at)).map(([name, rate]) => [name, float32([], [rate])])),
})

const inputPorts = (optimizer: Optimizer) =>
  Object.fromEntries(Object.entries(feeds(optimizer, 1)).map(([name, { shape }]) => [name, { shape }]))

async function threeSteps(running: TrainingStep, optimizer: Optimizer): Promise<{ losses: number[]; variables: Values }> {
  const losses: number[] = []
  for (let at = 1; at <= 3; at++) losses.push(Number((await running.run(feeds(optimizer, at)))['loss']!.data[0]))
  const variables = await running.variables()
  await running.dispose()
  return { losses, variables }
}

describe.each(Object.entries(networks))('%s', (name, build) => {
  // The true gradient of a key's bias is zero: Adam makes steps of the rounding that is left of it, so attention is compared by SGD.
  const comparable = Object.entries(optimizers).filter(([optimizer]) => name !== 'attention' || optimizer === 'sgd')
  it.each(comparable)('three steps of %s', async (_, optimizer) => {
    const { step, variables } = program(build, optimizer)
    const options = { variables, inputs: inputPorts(optimizer) }
    const wanted = await threeSteps(await eager(step, { ...options, backend: 'cpu' }), optimizer)
    const compiled = await threeSteps(await compile(step, { ...options, session: { threads: 1 } }), optimizer)
    compiled.losses.forEach((loss, at) => expect(loss).toBeCloseTo(wanted.losses[at]!, 5))
    const found = compiled.variables
    for (const [name, { data }] of Object.entries(wanted.variables)) {
      const scale = Math.max(...Array.from(data as Float32Array, Math.abs), 1e-3)
      const gap = Math.max(...Array.from(data as Float32Array, (value, at) => Math.abs(value - Number(found[name]!.data[at]))))
      expect([name, gap / scale < 1e-4]).toEqual([name, true])
    }
  })
})
