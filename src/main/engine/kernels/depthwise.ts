/** Depthwise convolution with both gradients. */
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { transposed } from './convolution'
import { taps } from './convolution-gradients'
import { convolutionGeometry, isDense, padded, windows, type ConvolutionAttributes } from './geometry'
import type { Inputs, KernelFamily } from './kernel'

/** [h, w, channels, multiplier] to [channels · multiplier, 1, h, w]. */
function grouped(emit: Emitter, filter: Traced): string {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number]
  return emit.reshape(emit.transpose(emit.whole(filter), [2, 3, 0, 1]), [channels * multiplier, 1, height, width])
}

const DepthwiseConv2dNative = (emit: Emitter, { x, filter }: Inputs<'x' | 'filter'>, attributes: ConvolutionAttributes) => {
  const geometry = convolutionGeometry(x.shape, filter.shape, attributes, true)
  const inputs = [emit.channelsFirst(x, true), grouped(emit, filter)]
  const channelsFirst = emit.node('Conv', inputs, { ...windows(geometry), group: geometry.from })
  return new Traced([geometry.batch, ...geometry.output, geometry.to], 'float32', { channelsFirst })
}

type InputGradient = ConvolutionAttributes & { inputShape: number[] }

const BackpropInput = (emit: Emitter, { dy, filter }: Inputs<'dy' | 'filter'>, attributes: InputGradient) => {
  const geometry = convolutionGeometry(attributes.inputShape, filter.shape, attributes, true)
  const { kernel, dilation, pads, from, to } = geometry
  const gradient = emit.channelsFirst(dy, true)
  const turned = pads.map((pad, at) => (kernel[at % 2]! - 1) * dilation[at % 2]! - pad)
  const result = (channelsFirst: string) => new Traced(attributes.inputShape, 'float32', { channelsFirst })
  if (!isDense(geometry) || to !== from || turned.some((pad) => pad < 0)) {
    return result(transposed(emit, gradient, grouped(emit, filter), geometry, from))
  }
  const reversed = emit.slice(grouped(emit, filter), [-1, -1], [-(2 ** 31), -(2 ** 31)], [2, 3], [-1, -1])
  return result(emit.node('Conv', [gradient, reversed], { kernel_shape: kernel, dilations: dilation, pads: turned, group: from }))
}

type FilterGradient = ConvolutionAttributes & { filterShape: number[] }

/** One product and sum per tap, over NHWC. */
const BackpropFilter = (emit: Emitter, { x, dy }: Inputs<'x' | 'dy'>, attributes: FilterGradient) => {
  const { filterShape } = attributes
  const geometry = convolutionGeometry(x.shape, filterShape, attributes, true)
  const { batch, from, output } = geometry
  const multiplier = filterShape[3]!
  const spread = [batch, ...output, from]
  const views = taps(emit, padded(emit, emit.whole(x), geometry), geometry)
  const gradient = multiplier === 1 ? emit.whole(dy) : emit.reshape(emit.whole(dy), [...spread, multiplier])
  const sums = views.map((view) => {
    const wide = multiplier === 1 ? view : emit.reshape(view, [...spread, 1])
    return emit.sum(emit.node('Mul', [wide, gradient]), [0, 1, 2])
  })
  const stacked = emit.concat(
    sums.map((sum) => emit.reshape(sum, [1, from * multiplier])),
    0,
  )
  return new Traced(filterShape, 'float32', { logical: emit.reshape(stacked, filterShape) })
}

export const depthwise: KernelFamily = {
  DepthwiseConv2dNative,
  DepthwiseConv2dNativeBackpropInput: BackpropInput,
  DepthwiseConv2dNativeBackpropFilter: BackpropFilter,
}
