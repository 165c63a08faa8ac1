/** Three steps of small networks of every kind of layer: compiled against eager on tfjs' CPU backend. */
import { describe, expect, it } from 'vitest'
import { tf } from '../tfjs'
import { differences, optimizers } from '../training/three-steps.fixture'
import { gelu, silu } from './activations'
import { transposedConvolution, upsampled } from './decoding'
import { convolution, dense, patchify } from './dense'
import { Blueprint, chain, type Layer } from './network'
import { batchNorm, groupNorm, layerNorm } from './norms'

const centred: Layer = (x) => tf.div(tf.sub(x, 127.5), 64)
const pooled: Layer = (x) => tf.mean(x, [1, 2])
const networks: Record<string, (plan: Blueprint) => Layer> = {
  residual: (plan) => {
    const body = chain(convolution(plan, 'a', { from: 8, to: 8, size: 3 }), batchNorm(plan, 'b', 8), tf.relu)
    return chain(
      centred,
      patchify(plan, 'p', { from: 3, to: 8, side: 2 }),
      batchNorm(plan, 'n', 8),
      (x, pass) => tf.add(x, body(x, pass)),
      pooled,
    )
  },
  strided: (plan) =>
    chain(
      centred,
      convolution(plan, 'a', { from: 3, to: 6, size: 3, stride: 2 }),
      groupNorm(plan, 'g', { channels: 6, groups: 2 }),
      silu,
      pooled,
    ),
  decoder: (plan) =>
    chain(
      centred,
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
      centred,
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
      centred,
      (x) => tf.reshape(x, [x.shape[0], -1]),
      dense(plan, 'a', { from: 192, to: 16 }),
      layerNorm(plan, 'l', 16),
      gelu,
      dense(plan, 'b', { from: 16, to: 6 }),
    ),
}

describe.each(Object.entries(networks))('%s', (name, build) => {
  // The true gradient of a key's bias is zero: Adam makes steps of the rounding that is left of it, so attention is compared by SGD.
  const comparable = Object.entries(optimizers).filter(([optimizer]) => name !== 'attention' || optimizer === 'sgd')
  it.each(comparable)('three steps of %s', async (_, optimizer) => {
    const { trained, state } = await differences({ build, batch: 4, side: 8, optimizer })
    expect(trained).toBeLessThan(1e-5)
    expect(state).toBeLessThan(1e-3)
  })
})

it('draws weights by seed and order, of the deviation that He et al. give', () => {
  const drawn = (seed: number) => {
    const plan = new Blueprint(seed)
    convolution(plan, 'a', { from: 32, to: 64, size: 3 })
    dense(plan, 'b', { from: 128, to: 128 })
    return plan.weights
  }
  const [one, same, other] = [drawn(1), drawn(1), drawn(2)]
  expect(same).toEqual(one)
  for (const [name, deviation] of [
    ['a/weight', Math.sqrt(2 / (9 * 32))],
    ['b/weight', Math.sqrt(1 / 128)],
  ] as const) {
    expect(other[name]).not.toEqual(one[name])
    const values = Array.from(one[name]!.data as Float32Array)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    expect(Math.abs(mean) / deviation).toBeLessThan(4 / Math.sqrt(values.length))
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / values.length))
  }
  expect(one['b/weight']!.data).not.toEqual(one['a/weight']!.data.slice(0, one['b/weight']!.data.length))
})
