/** Where the windows of convolutions and pools lie, in ONNX' words. */
import type { Value } from '../graph'
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'

export type Pair = [number, number]

export interface ConvolutionAttributes {
  strides: number | Pair
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  dilations?: number | Pair
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
  dataFormat?: 'NHWC' | 'NCHW'
}

export interface Geometry {
  batch: number
  from: number
  to: number
  input: Pair
  output: Pair
  kernel: Pair
  stride: Pair
  dilation: Pair
  /** top, left, bottom, right */
  pads: [number, number, number, number]
}

type Shape4 = [number, number, number, number]

/** @param filter kernel height, width, channels in, channels out (or multiplier when `depthwise`) */
export function convolutionGeometry(
  input: readonly number[],
  filter: readonly number[],
  { strides, pad, dilations, dimRoundingMode, dataFormat }: ConvolutionAttributes,
  depthwise = false,
): Geometry {
  if (dataFormat === 'NCHW') throw new RangeError("convolutions are written for NHWC, tfjs' default")
  const shapes = [[...input] as Shape4, [...filter] as Shape4] as const
  return geometry(tf.backend_util.computeConv2DInfo(...shapes, strides, dilations ?? 1, pad, dimRoundingMode, depthwise))
}

export interface PoolAttributes {
  filterSize: number | Pair
  strides: number | Pair
  pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding
  dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

export function poolGeometry(input: readonly number[], attributes: PoolAttributes): Geometry {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  return geometry(tf.backend_util.computePool2DInfo([...input] as Shape4, filterSize, strides, 1, pad, dimRoundingMode))
}

function geometry(info: tf.backend_util.Conv2DInfo): Geometry {
  const { top, left, bottom, right } = info.padInfo
  return {
    batch: info.batchSize,
    from: info.inChannels,
    to: info.outChannels,
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    kernel: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    dilation: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
  }
}

/** Rows and columns of the input that no window covers; what a transposed convolution must append. */
export function uncovered({ input, output, kernel, stride, dilation, pads }: Geometry): Pair {
  const side = (at: 0 | 1) => {
    const reach = (output[at] - 1) * stride[at] + (kernel[at] - 1) * dilation[at] + 1
    return input[at] - (reach - pads[at] - pads[at + 2]!)
  }
  return [side(0), side(1)]
}

export const isPadded = ({ pads }: Geometry) => pads.some((pad) => pad !== 0)
export const isDense = ({ stride }: Geometry) => stride[0] === 1 && stride[1] === 1

/** A 1×1 convolution that is a matrix product. */
export const isPointwise = (geometry: Geometry) =>
  geometry.kernel[0] === 1 && geometry.kernel[1] === 1 && isDense(geometry) && !isPadded(geometry)

/** Attributes of the ONNX operators. */
export function windows({ kernel, stride, dilation, pads }: Geometry) {
  return { kernel_shape: kernel, strides: stride, dilations: dilation, pads }
}

/** Zeros around the pixels of an NHWC value. */
export function padded(emit: Emitter, x: Value, geometry: Geometry): Value {
  if (!isPadded(geometry)) return x
  const [top, left, bottom, right] = geometry.pads
  return emit.node('Pad', [x, emit.ints([0, top, left, 0, 0, bottom, right, 0])])
}
