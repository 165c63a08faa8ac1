/** What each window of a convolution sees, as one matrix: on small grids a single product of it is faster than a convolution per image. */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import type { Traced } from '../trace/traced'
import { isPointwise, padded, type Geometry } from './geometry'

/** Pixels up to which, and channels from which, products were measured faster. */
const [MOST_PIXELS, FEWEST_CHANNELS] = [25, 64]

/** Exported files and GPUs keep the operator. */
export const isProduct = (emit: Emitter, geometry: Geometry): boolean =>
  !emit.portable &&
  !isPointwise(geometry) &&
  geometry.output[0] * geometry.output[1] <= MOST_PIXELS &&
  Math.min(geometry.from, geometry.to) >= FEWEST_CHANNELS

/** NHWC → [batch · rows · columns, taps · from]: a row for each window; `turned` has the last tap first. */
export function patches(emit: Emitter, x: Traced, geometry: Geometry, turned = false): Value {
  const { batch, from, input, output, kernel, stride, dilation, pads } = geometry
  const [height, width] = [input[0] + pads[0] + pads[2], input[1] + pads[1] + pads[3]]
  const taps = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const [row, column] = [Math.floor(tap / kernel[1]) * dilation[0], (tap % kernel[1]) * dilation[1]]
    return row * width + column
  })
  if (turned) taps.reverse()
  const places = Array.from({ length: output[0] * output[1] }, (_, window) => {
    const corner = Math.floor(window / output[1]) * stride[0] * width + (window % output[1]) * stride[1]
    return taps.map((tap) => corner + tap)
  }).flat()
  const flat = emit.reshape(padded(emit, emit.whole(x), geometry), [batch, height * width, from])
  const seen = emit.node('Gather', [flat, emit.ints(places)], { axis: 1 })
  return emit.reshape(seen, [batch * output[0] * output[1], taps.length * from])
}
