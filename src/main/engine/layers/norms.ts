/** Normalising layers, with gradients written for few passes over the data. */
import { FUSED_BATCH_NORM, FUSED_LAYER_NORM } from '../kernels/norms'
import { tf } from '../tfjs'
import type { Blueprint, Layer } from './network'

const EPSILON = 1e-5
/** Share of the running statistics that a step keeps. */
const MOMENTUM = 0.95

/** Batch normalisation over the last axis (Ioffe & Szegedy 2015). */
export function batchNorm(plan: Blueprint, name: string, channels: number): Layer {
  const gain = plan.vector(`${name}/gain`, channels, 1)
  const shift = plan.vector(`${name}/shift`, channels, 0)
  const runningMean = plan.statistic(`${name}/mean`, channels, 0)
  const runningVariance = plan.statistic(`${name}/variance`, channels, 1)
  return (x, { variables, training, renewed }) => {
    const [gains, shifts] = [variables[gain] as tf.Tensor1D, variables[shift] as tf.Tensor1D]
    if (!training) {
      const [mean, variance] = [variables[runningMean] as tf.Tensor1D, variables[runningVariance] as tf.Tensor1D]
      return tf.batchNorm(x, mean, variance, shifts, gains, EPSILON)
    }
    const { value, mean, variance } = normalised(x, gains, shifts)
    const follow = (running: string, now: tf.Tensor) => tf.add(tf.mul(variables[running]!, MOMENTUM), tf.mul(now, 1 - MOMENTUM))
    renewed[runningMean] = follow(runningMean, mean)
    renewed[runningVariance] = follow(runningVariance, variance)
    return value
  }
}

/** By the moments of the batch; the gradient is linear in dy and x per channel, so it is one pass: dx = a·dy + b·x + c. */
function normalised(x: tf.Tensor, gain: tf.Tensor1D, shift: tf.Tensor1D) {
  const axes = x.shape.map((_, axis) => axis).slice(0, -1)
  const count = x.size / x.shape.at(-1)!
  let moments: [tf.Tensor1D, tf.Tensor1D] | undefined
  const normalise = tf.customGrad((...args) => {
    const [input, gains, shifts, save] = args as unknown as [tf.Tensor, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc]
    const [value, mean, variance] = batchNormalised(input, gains, shifts)
    moments = [tf.keep(mean), tf.keep(variance)]
    save([input, gains, mean, variance])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [kept, g, m, v] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      const inverse = tf.rsqrt(tf.add(v, EPSILON))
      const dShift = tf.sum(dy, axes)
      const dGain = tf.mul(tf.sub(tf.sum(tf.mul(dy, kept), axes), tf.mul(m, dShift)), inverse)
      const a = tf.mul(g, inverse)
      const b = tf.neg(tf.div(tf.mul(tf.mul(a, inverse), dGain), count))
      const c = tf.neg(tf.add(tf.mul(a, tf.div(dShift, count)), tf.mul(b, m)))
      // One operator for b·x + c.
      const affine = tf.batchNorm(kept, tf.zeros(m.shape), tf.ones(m.shape), c, b, 0)
      return [tf.add(tf.mul(dy, a), affine), dGain, dShift]
    }
    return { value, gradFunc }
  })
  const value = normalise(x, gain, shift)
  // Kept past the inner scope only: from here on the caller's scope disposes of them.
  const [mean, variance] = moments!.map((moment) => tf.clone(moment)) as [tf.Tensor1D, tf.Tensor1D]
  tf.dispose(moments!)
  return { value, mean, variance }
}

type Normalised = [tf.Tensor, tf.Tensor1D, tf.Tensor1D]

/** Value, mean and variance; by the fused kernel where the backend has it. */
function batchNormalised(x: tf.Tensor, gain: tf.Tensor1D, shift: tf.Tensor1D): Normalised {
  if (x.shape.length === 4 && tf.getKernel(FUSED_BATCH_NORM, tf.getBackend())) {
    const inputs = { x, scale: gain, offset: shift }
    return tf.engine().runKernel(FUSED_BATCH_NORM, inputs, { epsilon: EPSILON }) as unknown as Normalised
  }
  const axes = x.shape.map((_, axis) => axis).slice(0, -1)
  const mean = tf.mean<tf.Tensor1D>(x, axes)
  const variance = tf.sub<tf.Tensor1D>(tf.mean(tf.square(x), axes), tf.square(mean))
  return [tf.batchNorm(x, mean, variance, shift, gain, EPSILON), mean, variance]
}

/** Layer normalisation over the last axis (Ba, Kiros & Hinton 2016). */
export function layerNorm(plan: Blueprint, name: string, channels: number): Layer {
  const gain = plan.vector(`${name}/gain`, channels, 1)
  const shift = plan.vector(`${name}/shift`, channels, 0)
  return (x, { variables }) => layerNormalised(x, variables[gain]!, variables[shift]!)
}

function layerNormalised(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): tf.Tensor {
  const others = x.shape.map((_, axis) => axis).slice(0, -1)
  return tf.customGrad((...args) => {
    const [input, gains, shifts, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc]
    const [value, mean, inverse] = rowsNormalised(input, gains, shifts)
    save([input, gains, mean, inverse])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [kept, g, m, s] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
      const unit = tf.mul(tf.sub(kept, m), s)
      const scaled = tf.mul(dy, g)
      const along = tf.mul(unit, tf.mean(tf.mul(scaled, unit), -1, true))
      const dx = tf.mul(tf.sub(tf.sub(scaled, tf.mean(scaled, -1, true)), along), s)
      return [dx, tf.sum(tf.mul(dy, unit), others), tf.sum(dy, others)]
    }
    return { value, gradFunc }
  })(x, gain, shift)
}

/** Value, mean and inverse standard deviation; by the fused kernel where the backend has it. */
function rowsNormalised(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor): [tf.Tensor, tf.Tensor, tf.Tensor] {
  if (tf.getKernel(FUSED_LAYER_NORM, tf.getBackend())) {
    const inputs = { x, scale: gain, offset: shift }
    return tf.engine().runKernel(FUSED_LAYER_NORM, inputs, { epsilon: EPSILON }) as unknown as [tf.Tensor, tf.Tensor, tf.Tensor]
  }
  const mean = tf.mean(x, -1, true)
  const centred = tf.sub(x, mean)
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), EPSILON))
  return [tf.add(tf.mul(tf.mul(centred, inverse), gain), shift), mean, inverse]
}

/** Group normalisation of NHWC images (Wu & He 2018); independent of the batch. */
export function groupNorm(plan: Blueprint, name: string, { channels, groups }: { channels: number; groups: number }): Layer {
  const gain = plan.vector(`${name}/gain`, channels, 1)
  const shift = plan.vector(`${name}/shift`, channels, 0)
  return (x, { variables }) => {
    const [batch, height, width] = x.shape as [number, number, number]
    const grouped = tf.reshape(x, [batch, height * width, groups, channels / groups])
    const { mean, variance } = tf.moments(grouped, [1, 3], true)
    const unit = tf.mul(tf.sub(grouped, mean), tf.rsqrt(tf.add(variance, EPSILON)))
    return tf.add(tf.mul(tf.reshape(unit, x.shape), variables[gain]!), variables[shift]!)
  }
}
