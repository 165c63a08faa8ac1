/** The gradient of a convolution with respect to its filter, as the products that measured fastest for its shape. */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { convolutionGeometry, isDense, isPointwise, padded, type ConvolutionAttributes, type Geometry } from './geometry'
import type { Inputs, KernelFamily } from './kernel'
import { filterGradient, isWinograd } from './winograd'

type FilterGradient = ConvolutionAttributes & { filterShape: number[] }

const Conv2DBackpropFilter = (emit: Emitter, { x, dy }: Inputs<'x' | 'dy'>, attributes: FilterGradient) => {
  const { filterShape } = attributes
  const geometry = convolutionGeometry(x.shape, filterShape, attributes)
  const { from, to, output } = geometry
  if (isWinograd(emit, geometry)) {
    return new Traced(filterShape, 'float32', { logical: emit.reshape(filterGradient(emit, x, dy, geometry), filterShape) })
  }
  const pixels = output[0] * output[1]
  const isWide = pixels >= 4 * Math.max(from, to)
  const rows = isWide && isDense(geometry) ? perImage(emit, x, dy, geometry) : perPixel(emit, x, dy, geometry)
  return new Traced(filterShape, 'float32', { logical: emit.reshape(rows, filterShape) })
}

/** The input as seen by each tap of the kernel. */
export function taps(emit: Emitter, x: Value, geometry: Geometry, axes: readonly [number, number]): Value[] {
  if (isPointwise(geometry)) return [x]
  const { kernel, output, stride, dilation } = geometry
  const views: Value[] = []
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const starts = [row * dilation[0], column * dilation[1]]
      const ends = starts.map((start, at) => start + (output[at]! - 1) * stride[at]! + 1)
      views.push(emit.slice(x, starts, ends, axes, stride))
    }
  }
  return views
}

/** Many pixels, few channels: one product per image and tap over NCHW, then summed; all taps at once where channels are very few. */
function perImage(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry): Value {
  const { batch, from, to, output } = geometry
  const pixels = output[0] * output[1]
  const gradient = emit.reshape(emit.channelsFirst(dy, true), [batch, to, pixels])
  const views = taps(emit, padded(emit, emit.channelsFirst(x, true), geometry, [2, 3]), geometry, [2, 3])
  const summed = (view: Value, width: number) => {
    const rows = emit.reshape(view, [batch, width, pixels])
    const product = emit.portable
      ? emit.node('MatMul', [rows, emit.transpose(gradient, [0, 2, 1])])
      : emit.contrib('FusedMatMul', [rows, gradient], { transB: 1 })
    return emit.sum(product, [0])
  }
  if (from < 16) return summed(emit.concat(views, 1), views.length * from)
  return emit.concat(
    views.map((view) => summed(view, from)),
    0,
  )
}

/** Few pixels, many channels: one product over all pixels of the batch for each tap, NHWC. */
function perPixel(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry): Value {
  const { batch, from, to, output } = geometry
  const pixels = batch * output[0] * output[1]
  const gradient = emit.reshape(emit.whole(dy), [pixels, to])
  const views = taps(emit, padded(emit, emit.whole(x), geometry, [1, 2]), geometry, [1, 2])
  const products = views.map((view) => emit.node('Gemm', [emit.reshape(view, [pixels, from]), gradient], { transA: 1 }))
  return emit.concat(products, 0)
}

export const convolutionGradients: KernelFamily = { Conv2DBackpropFilter }
