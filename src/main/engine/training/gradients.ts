/** Loss and gradients of a tfjs function of named weights. */
import type { Tensors } from '../program'
import { tf } from '../tfjs'

export interface LossAndGradients<A extends Tensors> {
  loss: tf.Scalar
  gradients: Record<string, tf.Tensor>
  /** What else the function answers: parts of the loss, new running statistics. */
  others: A
}

/** @param of answers a scalar `loss`, and `others`, which no gradient flows through */
export function lossAndGradients<A extends Tensors>(
  of: (weights: Tensors) => { loss: tf.Tensor; others: A },
  weights: Tensors,
): LossAndGradients<A> {
  const names = Object.keys(weights)
  let kept: Tensors = {}
  const scalar = (...tensors: tf.Tensor[]) => {
    const { loss, others } = of(Object.fromEntries(names.map((name, at) => [name, tensors[at]!])))
    kept = Object.fromEntries(Object.entries(others).map(([name, other]) => [name, tf.keep(tf.clone(other))]))
    return loss
  }
  const { value, grads } = tf.valueAndGrads(scalar)(names.map((name) => weights[name]!))
  // Kept past the inner scope only: from here on the caller's scope disposes of them.
  const others = Object.fromEntries(Object.entries(kept).map(([name, other]) => [name, tf.clone(other)])) as A
  tf.dispose(kept)
  return { loss: value as tf.Scalar, gradients: Object.fromEntries(names.map((name, at) => [name, grads[at]!])), others }
}

/** Gradients scaled so that their joint Euclidean length is at most `longest` (Pascanu et al. 2013). */
export function clipped(gradients: Tensors, longest: number): Record<string, tf.Tensor> {
  const squares = Object.values(gradients).map((gradient) => tf.sum(tf.square(gradient)))
  const length = tf.sqrt(tf.addN(squares))
  const factor = tf.div(longest, tf.maximum(length, longest))
  return Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, tf.mul(gradient, factor)]))
}

/** Exponential moving average of weights: `momentum` of the old average, the rest of the weights. */
export function movingAverage(averages: Tensors, weights: Tensors, momentum: tf.Tensor | number): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(averages).map(([name, average]) => {
      const step = tf.mul(tf.sub(weights[name]!, average), tf.sub(1, momentum))
      return [name, tf.add(average, step)]
    }),
  )
}
