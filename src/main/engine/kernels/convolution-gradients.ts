/** The gradient of a convolution with respect to its filter, as the products that measured fastest for its shape. */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { convolutionGeometry, isPointwise, padded, windows, type ConvolutionAttributes, type Geometry } from './geometry'
import type { Inputs, KernelFamily } from './kernel'
import { filterGradient, isWinograd } from './winograd'

const rowsAndColumns = [1, 2]

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
  const rows = isWide ? perImage(emit, x, dy, geometry) : perPixel(emit, x, dy, geometry)
  return new Traced(filterShape, 'float32', { logical: emit.reshape(rows, filterShape) })
}

/**
 * The input, NHWC, as seen by each tap of the kernel. Strides are gone through once for all taps that meet the same pixels: from what is left, a
 * tap takes whole runs, which copy several times faster.
 */
export function taps(emit: Emitter, x: Value, geometry: Geometry): Value[] {
  if (isPointwise(geometry)) return [x]
  const { kernel, output, stride, dilation } = geometry
  const strided = stride.some((each) => each > 1)
  /** Pixels that taps of one phase skip at the most, along an axis. */
  const furthest = (phase: number, axis: 0 | 1) => {
    const starts = Array.from({ length: kernel[axis] }, (_, at) => at * dilation[axis])
    return Math.max(...starts.filter((start) => start % stride[axis] === phase).map((start) => Math.floor(start / stride[axis])))
  }
  const phases = new Map<string, Value>()
  const ofPhase = (phase: readonly [number, number], most: readonly [number, number]) => {
    const key = phase.join()
    const ends = phase.map((start, at) => start + (most[at]! + output[at]! - 1) * stride[at]! + 1)
    const pixels = phases.get(key) ?? (strided ? emit.slice(x, phase, ends, rowsAndColumns, stride) : x)
    phases.set(key, pixels)
    return pixels
  }
  const views: Value[] = []
  for (let row = 0; row < kernel[0]; row++) {
    for (let column = 0; column < kernel[1]; column++) {
      const starts = [row * dilation[0], column * dilation[1]] as const
      const phase = [starts[0] % stride[0], starts[1] % stride[1]] as const
      const most = [furthest(phase[0], 0), furthest(phase[1], 1)] as const
      const pixels = ofPhase(phase, most)
      const skipped = starts.map((start, at) => Math.floor(start / stride[at]!))
      const ends = skipped.map((start, at) => start + output[at]!)
      const isWhole = strided && most.every((each) => each === 0)
      views.push(isWhole ? pixels : emit.slice(pixels, skipped, ends, rowsAndColumns))
    }
  }
  return views
}

/** Numbers of the input as its taps see it that are in memory at once, at most: 256 MB, or one image where that has more. */
const MOST_SEEN = 1 << 26

/** Many pixels, few channels: one product per image over NCHW, then summed; for some images after others where they are many or large. */
export function perImage(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry, most = MOST_SEEN): Value {
  const { batch, from, to, kernel, output } = geometry
  const [pixels, count] = [output[0] * output[1], kernel[0] * kernel[1]]
  const [input, gradient] = [emit.channelsFirst(x, true), emit.reshape(emit.channelsFirst(dy, true), [batch, to, pixels])]
  const atOnce = Math.max(1, Math.floor(most / (from * count * pixels)))
  const sums: Value[] = []
  for (let start = 0; start < batch; start += atOnce) {
    const images = Math.min(atOnce, batch - start)
    const some = (value: Value) => (images === batch ? value : emit.slice(value, [start], [start + images], [0]))
    const rows = emit.reshape(everyTap(emit, some(input), geometry), [images, from * count, pixels])
    const product = emit.portable
      ? emit.node('MatMul', [rows, emit.transpose(some(gradient), [0, 2, 1])])
      : emit.contrib('FusedMatMul', [rows, some(gradient)], { transB: 1 })
    const sum = emit.sum(product, [0])
    sums.push(start === 0 ? sum : emit.node('Add', [sums.pop()!, sum]))
  }
  return emit.transpose(emit.reshape(sums[0]!, [from, count, to]), [1, 0, 2])
}

/**
 * The input, NCHW, as every tap sees it, [batch, from · taps, rows, columns], by a convolution with one 1 for each tap: threads share its
 * copies, which they do not with slices.
 */
function everyTap(emit: Emitter, pixels: Value, geometry: Geometry): Value {
  if (isPointwise(geometry)) return pixels
  const { from, kernel } = geometry
  const count = kernel[0] * kernel[1]
  const filter = emit.once(`taps ${from} ${kernel.join()}`, () => {
    const ones = Array.from({ length: from * count ** 2 }, (_, at) => Number(Math.floor(at / count) % count === at % count))
    return emit.graph.float(ones, [from * count, 1, ...kernel])
  })
  return emit.node('Conv', [pixels, filter], { ...windows(geometry), group: from })
}

/** Few pixels, many channels: one product over all pixels of the batch for each tap, NHWC. */
function perPixel(emit: Emitter, x: Traced, dy: Traced, geometry: Geometry): Value {
  const { batch, from, to, output } = geometry
  const pixels = batch * output[0] * output[1]
  const gradient = emit.reshape(emit.whole(dy), [pixels, to])
  const views = taps(emit, padded(emit, emit.whole(x), geometry), geometry)
  if (emit.portable || pixels < 64 * Math.max(from, to)) {
    const products = views.map((view) => emit.node('Gemm', [emit.reshape(view, [pixels, from]), gradient], { transA: 1 }))
    return emit.concat(products, 0)
  }
  // Small products of long rows: threads share no product, so there is one for each image.
  const split = emit.reshape(gradient, [batch, pixels / batch, to])
  const products = views.map((view) => {
    const product = emit.contrib('FusedMatMul', [emit.reshape(view, [batch, pixels / batch, from]), split], { transA: 1 })
    return emit.sum(product, [0])
  })
  return emit.concat(products, 0)
}

export const convolutionGradients: KernelFamily = { Conv2DBackpropFilter }
