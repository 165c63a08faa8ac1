/** Convolution, and its gradient with respect to its input, which is also the transposed convolution. */
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import {
  convolutionGeometry,
  isDense,
  isPointwise,
  uncovered,
  windows,
  type ConvolutionAttributes,
  type Geometry,
} from './geometry'
import type { Inputs, KernelFamily } from './kernel'
import { isProduct, patches } from './patches'
import { filtered, isWinograd, tapsTransformed } from './winograd'

/** HWIO, as tfjs has filters, to OIHW: two moves of one axis, each many times faster than the general transpose. */
function filterOIHW(emit: Emitter, filter: Traced): string {
  const [height, width, from, to] = filter.shape as [number, number, number, number]
  const outFirst = emit.transpose(emit.reshape(emit.whole(filter), [height * width * from, to]), [1, 0])
  if (height * width === 1) return emit.reshape(outFirst, [to, from, 1, 1])
  // Of two transposes the runtime would make the general one again.
  const tapsLast = emit.node('Einsum', [emit.reshape(outFirst, [to, height * width, from])], { equation: 'oti->oit' })
  return emit.reshape(tapsLast, [to, from, height, width])
}

/** HWIO to IOHW, turned around: what the gradient of the input is convolved with. */
function turnedIOHW(emit: Emitter, filter: Traced): string {
  const [height, width, from, to] = filter.shape as [number, number, number, number]
  const turned = reversed(emit, filter, [height, width])
  const tapsLast = emit.transpose(emit.reshape(turned, [height * width, from * to]), [1, 0])
  return emit.reshape(tapsLast, [from, to, height, width])
}

/** HWIO to [taps · to, from]. */
function tapsOI(emit: Emitter, filter: Traced): string {
  const [height, width, from, to] = filter.shape as [number, number, number, number]
  const turned = emit.transpose(emit.reshape(emit.whole(filter), [height * width, from, to]), [0, 2, 1])
  return emit.reshape(turned, [height * width * to, from])
}

/** The convolution that a gradient goes back through. */
const turnedAround = ({ from, to, input, output, ...rest }: Geometry, pads: Geometry['pads']): Geometry => ({
  ...rest,
  from: to,
  to: from,
  input: output,
  output: input,
  pads,
})

const pointwiseWeights = (emit: Emitter, filter: Traced, { from, to }: Geometry) => emit.whole(emit.reshaped(filter, [from, to]))

const Conv2D = (emit: Emitter, { x, filter }: Inputs<'x' | 'filter'>, attributes: ConvolutionAttributes) => {
  const geometry = convolutionGeometry(x.shape, filter.shape, attributes)
  const shape = [geometry.batch, ...geometry.output, geometry.to]
  if (isPointwise(geometry) && !x.isChannelsFirst) {
    return new Traced(shape, 'float32', {
      logical: emit.node('MatMul', [emit.whole(x), pointwiseWeights(emit, filter, geometry)]),
    })
  }
  if (isWinograd(emit, geometry)) return filtered(emit, x, tapsTransformed(emit, filter, geometry), geometry)
  if (isProduct(emit, geometry)) {
    const weights = emit.whole(emit.reshaped(filter, [filter.size / geometry.to, geometry.to]))
    return new Traced(shape, 'float32', {
      logical: emit.reshape(emit.node('MatMul', [patches(emit, x, geometry), weights]), shape),
    })
  }
  const inputs = [emit.channelsFirst(x, true), filterOIHW(emit, filter)]
  return new Traced(shape, 'float32', { channelsFirst: emit.node('Conv', inputs, windows(geometry)) })
}

type InputGradient = ConvolutionAttributes & { inputShape: number[] }

/** Dense convolutions turn the filter around, which is measured faster than `ConvTranspose`; strided ones cannot. */
const Conv2DBackpropInput = (emit: Emitter, { dy, filter }: Inputs<'dy' | 'filter'>, attributes: InputGradient) => {
  const { inputShape } = attributes
  const geometry = convolutionGeometry(inputShape, filter.shape, attributes)
  if (isPointwise(geometry) && !dy.isChannelsFirst) {
    const rows = emit.reshape(emit.whole(dy), [dy.size / geometry.to, geometry.to])
    const product = emit.node('Gemm', [rows, pointwiseWeights(emit, filter, geometry)], { transB: 1 })
    return new Traced(inputShape, 'float32', { logical: emit.reshape(product, inputShape) })
  }
  const { kernel, dilation, pads } = geometry
  const reach = kernel.map((side, at) => (side - 1) * dilation[at]!)
  const turned = pads.map((pad, at) => reach[at % 2]! - pad)
  if (isDense(geometry) && turned.every((pad) => pad >= 0)) {
    const backward = turnedAround(geometry, turned as Geometry['pads'])
    if (isWinograd(emit, backward)) return filtered(emit, dy, tapsTransformed(emit, filter, backward, true), backward)
    if (isProduct(emit, backward)) {
      const product = emit.node('MatMul', [patches(emit, dy, backward, true), tapsOI(emit, filter)])
      return new Traced(inputShape, 'float32', { logical: emit.reshape(product, inputShape) })
    }
    const inputs = [emit.channelsFirst(dy, true), turnedIOHW(emit, filter)]
    const attributes = { kernel_shape: kernel, dilations: dilation, pads: turned }
    return new Traced(inputShape, 'float32', { channelsFirst: emit.node('Conv', inputs, attributes) })
  }
  return new Traced(inputShape, 'float32', {
    channelsFirst: transposed(emit, emit.channelsFirst(dy, true), filterOIHW(emit, filter), geometry),
  })
}

/** `ConvTranspose` onto exactly the input of `geometry`. */
export function transposed(emit: Emitter, dy: string, weights: string, geometry: Geometry, group = 1): string {
  const rest = uncovered(geometry)
  const output = rest.map((side, at) => Math.min(side, geometry.stride[at]! - 1))
  const full = emit.node('ConvTranspose', [dy, weights], { ...windows(geometry), output_padding: output, group })
  const missing = rest.map((side, at) => side - output[at]!)
  return missing.some(Boolean) ? emit.node('Pad', [full, emit.ints([0, 0, 0, 0, 0, 0, ...missing])]) : full
}

function reversed(emit: Emitter, filter: Traced, kernel: readonly number[]): string {
  const weights = emit.whole(filter)
  if (kernel[0] === 1 && kernel[1] === 1) return weights
  return emit.slice(weights, [-1, -1], [-(2 ** 31), -(2 ** 31)], [0, 1], [-1, -1])
}

export const convolution: KernelFamily = { Conv2D, Conv2DBackpropInput }
