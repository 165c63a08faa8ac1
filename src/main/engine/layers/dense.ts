/** Layers of matrix products and convolutions, initialised after He et al. (2015). */
import { tf } from '../tfjs'
import type { Blueprint, Layer } from './network'

export interface DenseOptions {
  from: number
  to: number
  bias?: boolean
  /** Variance that the non-linearity before it loses: 2 for rectifiers. */
  gain?: number
}

/** On the last axis: [..., from] → [..., to]. */
export function dense(plan: Blueprint, name: string, { from, to, bias = true, gain = 1 }: DenseOptions): Layer {
  const weight = plan.weight(`${name}/weight`, [from, to], Math.sqrt(gain / from))
  const shift = bias ? plan.vector(`${name}/bias`, to, 0) : undefined
  return (x, { variables }) => {
    const rows = x.shape.length > 2 ? tf.reshape(x, [-1, from]) : x
    const product = tf.matMul(rows, variables[weight] as tf.Tensor2D)
    const result = shift === undefined ? product : tf.add(product, variables[shift]!)
    return x.shape.length > 2 ? tf.reshape(result, [...x.shape.slice(0, -1), to]) : result
  }
}

export interface ConvolutionOptions {
  from: number
  to: number
  /** Side of the kernel. */
  size: number
  stride?: number
}

/** NHWC, zero padding so that only the stride changes the size. */
export function convolution(plan: Blueprint, name: string, { from, to, size, stride = 1 }: ConvolutionOptions): Layer {
  const weight = plan.weight(`${name}/weight`, [size, size, from, to], Math.sqrt(2 / (size * size * from)))
  return (x, { variables }) => tf.conv2d(x as tf.Tensor4D, variables[weight] as tf.Tensor4D, stride, 'same')
}

/** Cuts the image into squares of `side` pixels and maps each by one matrix: a convolution whose stride is its size. */
export function patchify(plan: Blueprint, name: string, { from, to, side }: { from: number; to: number; side: number }): Layer {
  const weight = plan.weight(`${name}/weight`, [side * side * from, to], Math.sqrt(2 / (side * side * from)))
  return (x, { variables }) => {
    const [batch, height, width] = x.shape as [number, number, number]
    const [rows, columns] = [height / side, width / side]
    const squares = () => tf.transpose(tf.reshape(x, [batch, rows, side, columns, side, from]), [0, 1, 3, 2, 4, 5])
    const cut = side === 1 ? x : squares()
    const patches = tf.reshape(cut, [batch * rows * columns, side * side * from])
    return tf.reshape(tf.matMul(patches as tf.Tensor2D, variables[weight] as tf.Tensor2D), [batch, rows, columns, to])
  }
}
