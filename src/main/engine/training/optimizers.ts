/** Optimizers as pure pairs: `init` makes their state, `update` answers new weights and state. Rates are inputs, so that one graph serves a schedule. */
import type { Tensors, Values } from '../program'
import { float32, type Tensor } from '../tensor'
import { tf } from '../tfjs'

export interface Optimizer {
  /** State to start from, for weights of these shapes. */
  init(weights: Values): Record<string, Tensor>
  /** What step `step` (from 1) at this learning rate feeds to `update`. */
  rates(learningRate: number, step: number): Record<string, number>
  update(
    weights: Tensors,
    gradients: Tensors,
    state: Tensors,
    rates: Tensors,
  ): { weights: Record<string, tf.Tensor>; state: Record<string, tf.Tensor> }
}

type Rule = (weight: tf.Tensor, gradient: tf.Tensor, slots: Tensors, decays: boolean) => { weight: tf.Tensor; slots: Tensors }

/** Norm gains and biases: no weight decay, no layerwise rate. */
const isVector = ({ shape }: { shape: readonly number[] }) => shape.length <= 1

/** All vectors are updated as one tensor, since a hundred small updates cost more than one: its state has this name. */
const VECTORS = 'vectors'

function initSlots(weights: Values, slots: readonly string[]): Record<string, Tensor> {
  const vectors = Object.values(weights).filter(isVector)
  const length = vectors.reduce((sum, { data }) => sum + data.length, 0)
  const shapes: [string, readonly number[]][] = Object.entries(weights)
    .filter(([, weight]) => !isVector(weight))
    .map(([name, { shape }]) => [name, shape])
  if (length > 0) shapes.push([VECTORS, [length]])
  return Object.fromEntries(
    shapes.flatMap(([name, shape]) => {
      const size = shape.reduce((product, side) => product * side, 1)
      return slots.map((slot) => [`${slot}/${name}`, float32(shape, new Float32Array(size))])
    }),
  )
}

function updateBy(rule: Rule, slots: readonly string[], weights: Tensors, gradients: Tensors, state: Tensors) {
  const updated: Record<string, tf.Tensor> = {}
  const next: Record<string, tf.Tensor> = {}
  const apply = (name: string, weight: tf.Tensor, gradient: tf.Tensor, decays: boolean) => {
    const before = Object.fromEntries(slots.map((slot) => [slot, state[`${slot}/${name}`]!]))
    const result = rule(weight, gradient, before, decays)
    for (const slot of slots) next[`${slot}/${name}`] = result.slots[slot]!
    return result.weight
  }
  const vectors = Object.keys(weights).filter((name) => isVector(weights[name]!))
  for (const [name, weight] of Object.entries(weights)) {
    if (!isVector(weight)) updated[name] = apply(name, weight, gradients[name]!, true)
  }
  if (vectors.length > 0) {
    const joined = (tensors: Tensors) => tf.concat(vectors.map((name) => tf.reshape(tensors[name]!, [-1])))
    const moved = apply(VECTORS, joined(weights), joined(gradients), false)
    const sizes = vectors.map((name) => weights[name]!.size)
    tf.split(moved, sizes).forEach((piece, at) => (updated[vectors[at]!] = tf.reshape(piece, weights[vectors[at]!]!.shape)))
  }
  return { weights: updated, state: next }
}

/** Stochastic gradient descent with momentum (Polyak 1964), decay added to the gradient. */
export function sgd({ momentum = 0.9, decay = 1e-4 } = {}): Optimizer {
  const slots = ['momentum']
  return {
    init: (weights) => initSlots(weights, slots),
    rates: (learningRate) => ({ learningRate }),
    update(weights, gradients, state, { learningRate }) {
      const rule: Rule = (weight, gradient, before, decays) => {
        const pull = decays && decay ? tf.add(gradient, tf.mul(weight, decay)) : gradient
        const speed = tf.add(tf.mul(before['momentum']!, momentum), pull)
        return { weight: tf.sub(weight, tf.mul(speed, learningRate!)), slots: { momentum: speed } }
      }
      return updateBy(rule, slots, weights, gradients, state)
    },
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2019). The moments are kept as sums, not means (each over 1 − β), and every
 * factor is folded into two rates: the fewest passes over the weights.
 */
export function adamW({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0.05 } = {}): Optimizer {
  const slots = ['first', 'second']
  return {
    init: (weights) => initSlots(weights, slots),
    rates(learningRate, step) {
      const stepSize = (learningRate * (1 - beta1)) / (1 - beta1 ** step)
      const spread = Math.sqrt((1 - beta2) / (1 - beta2 ** step))
      // A weight moves by first / (spread / stepSize · √second + ε / stepSize); at a rate of 0 not at all.
      const over = 1 / Math.max(stepSize, 1e-30)
      return { kept: 1 - learningRate * decay, spread: spread * over, least: epsilon * over }
    },
    update(weights, gradients, state, { kept, spread, least }) {
      const rule: Rule = (weight, gradient, before, decays) => {
        const first = tf.add(tf.mul(before['first']!, beta1), gradient)
        const second = tf.add(tf.mul(before['second']!, beta2), tf.square(gradient))
        const step = tf.div(first, tf.add(tf.mul(tf.sqrt(second), spread!), least!))
        return { weight: tf.sub(decays && decay ? tf.mul(weight, kept!) : weight, step), slots: { first, second } }
      }
      return updateBy(rule, slots, weights, gradients, state)
    },
  }
}

/** Layerwise adaptive rates for large batches (You, Gitman & Ginsburg 2017); vectors move by plain momentum. */
export function lars({ momentum = 0.9, decay = 1e-4, trust = 1e-3 } = {}): Optimizer {
  const slots = ['momentum']
  return {
    init: (weights) => initSlots(weights, slots),
    rates: (learningRate) => ({ learningRate }),
    update(weights, gradients, state, { learningRate }) {
      const length = (tensor: tf.Tensor) => tf.sqrt(tf.sum(tf.square(tensor)))
      const rule: Rule = (weight, gradient, before, adapts) => {
        const pull = adapts && decay ? tf.add(gradient, tf.mul(weight, decay)) : gradient
        const ratio = adapts ? tf.div(tf.mul(length(weight), trust), tf.add(length(pull), 1e-9)) : 1
        const speed = tf.add(tf.mul(before['momentum']!, momentum), tf.mul(pull, tf.mul(ratio, learningRate!)))
        return { weight: tf.sub(weight, speed), slots: { momentum: speed } }
      }
      return updateBy(rule, slots, weights, gradients, state)
    },
  }
}
