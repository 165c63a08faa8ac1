/** A slow copy of a network: its weights are a moving average of the trained ones, and no gradient reaches it. */
import type { Layer, Pass } from '../engine/layers/network'
import type { Tensors, Values } from '../engine/program'
import type { Tensor } from '../engine/tensor'
import type { tf } from '../engine/tfjs'
import { movingAverage } from '../engine/training/gradients'

const prefix = 'slow/'
const slow = (name: string) => `${prefix}${name}`

/** The weight that a value of this name is the copy of; other names as they are. */
export const copiedName = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name)

/** The copy's state to start from: the weights themselves. */
export function slowCopy(weights: Values): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(weights).map(([name, value]) => [slow(name), { ...value, data: value.data.slice() }]))
}

/** What the copy answers; it normalises by the batch and renews no statistics. */
export function bySlowCopy(layer: Layer, x: tf.Tensor, { variables }: Pass, weights: Values): tf.Tensor {
  const swapped: Record<string, tf.Tensor> = { ...variables }
  for (const name of Object.keys(weights)) swapped[name] = variables[slow(name)]!
  return layer(x, { variables: swapped, training: true, renewed: {} })
}

/** The copy after a step. */
export function followed(variables: Tensors, weights: Values, momentum: tf.Tensor): Record<string, tf.Tensor> {
  const names = Object.keys(weights)
  const averages = Object.fromEntries(names.map((name) => [slow(name), variables[slow(name)]!]))
  const now = Object.fromEntries(names.map((name) => [slow(name), variables[name]!]))
  return movingAverage(averages, now, momentum)
}

/** From `start` to 1 along half a cosine, as in BYOL. @param share of the run, 0–1 */
export const risingMomentum = (start: number, share: number): number => 1 - ((1 - start) * (Math.cos(Math.PI * share) + 1)) / 2
