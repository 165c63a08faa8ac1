/** Layers that make images larger, for decoders and generators. */
import { tf } from '../tfjs'
import type { ConvolutionOptions } from './dense'
import type { Blueprint, Layer } from './network'

/** NHWC, [batch, h, w, from] → [batch, h · stride, w · stride, to]: the gradient of a strided convolution (Zeiler et al. 2010). */
export function transposedConvolution(plan: Blueprint, name: string, { from, to, size, stride = 2 }: ConvolutionOptions): Layer {
  const weight = plan.weight(`${name}/weight`, [size, size, to, from], Math.sqrt((2 * stride * stride) / (size * size * from)))
  return (x, { variables }) => {
    const [batch, height, width] = x.shape as [number, number, number]
    const shape: [number, number, number, number] = [batch, height * stride, width * stride, to]
    return tf.conv2dTranspose(x as tf.Tensor4D, variables[weight] as tf.Tensor4D, shape, stride, 'same')
  }
}

/** Every pixel `times` over in both directions, as a broadcast: tfjs' gradient of nearest-neighbour resizing misses pixels. */
export function upsampled(times: number): Layer {
  return (x) => {
    const [batch, height, width, channels] = x.shape as [number, number, number, number]
    const spread = tf.mul(tf.reshape(x, [batch, height, 1, width, 1, channels]), tf.ones([1, 1, times, 1, times, 1]))
    return tf.reshape(spread, [batch, height * times, width * times, channels])
  }
}
