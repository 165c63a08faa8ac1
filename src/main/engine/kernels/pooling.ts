/** Average and max pooling with gradients; overlapping windows too. */
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import { transposed } from './convolution'
import { isPadded, poolGeometry, uncovered, windows, type Geometry, type PoolAttributes } from './geometry'
import type { Inputs, KernelFamily } from './kernel'

const pooled = ({ batch, output, to }: Geometry) => [batch, ...output, to]

const windowAttributes = (geometry: Geometry) => {
  const { kernel_shape, strides, pads } = windows(geometry)
  return { kernel_shape, strides, pads }
}

/** Neither overlapping nor leaving anything out. */
const tiles = (geometry: Geometry) =>
  !isPadded(geometry) &&
  geometry.kernel.every((side, at) => side === geometry.stride[at]) &&
  uncovered(geometry).every((rest) => rest === 0)

const AvgPool = (emit: Emitter, { x }: Inputs<'x'>, attributes: PoolAttributes) => {
  const geometry = poolGeometry(x.shape, attributes)
  const channelsFirst = emit.node('AveragePool', [emit.channelsFirst(x, true)], windowAttributes(geometry))
  return new Traced(pooled(geometry), 'float32', { channelsFirst })
}

const AvgPoolGrad = (emit: Emitter, { dy, input }: Inputs<'dy' | 'input'>, attributes: PoolAttributes) => {
  const geometry = poolGeometry(input.shape, attributes)
  const { batch, to, kernel } = geometry
  const share = emit.node('Mul', [emit.channelsFirst(dy, true), emit.graph.float(shares(geometry), [1, 1, ...geometry.output])])
  if (tiles(geometry)) {
    const scales = emit.graph.float([1, 1, ...kernel])
    const mode = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
    return new Traced(input.shape, 'float32', { channelsFirst: emit.node('Resize', [share, '', scales], mode) })
  }
  const planes = emit.reshape(share, [batch * to, 1, ...geometry.output])
  const ones = emit.graph.float(new Float32Array(kernel[0] * kernel[1]).fill(1), [1, 1, ...kernel])
  const spread = transposed(emit, planes, ones, geometry)
  return new Traced(input.shape, 'float32', { channelsFirst: emit.reshape(spread, [batch, to, ...geometry.input]) })
}

/** 1 / the number of pixels in each window, padding not counted. */
function shares({ input, output, kernel, stride, pads }: Geometry): number[] {
  const covered = (at: 0 | 1, place: number) => {
    const start = place * stride[at] - pads[at]
    return Math.min(start + kernel[at], input[at]) - Math.max(start, 0)
  }
  return Array.from({ length: output[0] * output[1] }, (_, at) => {
    return 1 / (covered(0, Math.floor(at / output[1])) * covered(1, at % output[1]))
  })
}

const MaxPool = (emit: Emitter, { x }: Inputs<'x'>, attributes: PoolAttributes) => {
  const geometry = poolGeometry(x.shape, attributes)
  const channelsFirst = emit.node('MaxPool', [emit.channelsFirst(x, true)], windowAttributes(geometry))
  return new Traced(pooled(geometry), 'float32', { channelsFirst })
}

/** Adds each gradient at the place of its window's maximum. */
const MaxPoolGrad = (emit: Emitter, { dy, input }: Inputs<'dy' | 'input'>, attributes: PoolAttributes) => {
  const geometry = poolGeometry(input.shape, attributes)
  const { batch, to } = geometry
  const [, places] = emit.nodes('MaxPool', [emit.channelsFirst(input, true)], 2, windowAttributes(geometry)) as [string, string]
  const zeros = emit.expand(emit.float(0), [input.size])
  const flat = (value: string) => emit.reshape(value, [-1])
  const scattered = emit.node('ScatterElements', [zeros, flat(places), flat(emit.channelsFirst(dy, true))], {
    axis: 0,
    reduction: 'add',
  })
  return new Traced(input.shape, 'float32', { channelsFirst: emit.reshape(scattered, [batch, to, ...geometry.input]) })
}

export const pooling: KernelFamily = { AvgPool, AvgPoolGrad, MaxPool, MaxPoolGrad }
