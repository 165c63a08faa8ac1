/**
 * Resizing with gradients. Bilinear and nearest resizing are linear in the image and separable, so each is two products with fixed
 * matrices, and its gradient the same two transposed: exact for every tfjs option.
 */
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Inputs, Kernel, KernelFamily } from './kernel'

type ResizeOptions = { alignCorners: boolean; halfPixelCenters: boolean }
type Weights = (from: number, to: number, options: ResizeOptions) => Float32Array

const step = (from: number, to: number, { alignCorners }: ResizeOptions) =>
  alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to

/** Row-major [to, from]: how much of each input pixel an output pixel takes. */
const bilinear: Weights = (from, to, options) => {
  const weights = new Float32Array(to * from)
  for (let at = 0; at < to; at++) {
    const place = options.halfPixelCenters ? step(from, to, options) * (at + 0.5) - 0.5 : step(from, to, options) * at
    const low = Math.max(0, Math.floor(place))
    const high = Math.min(from - 1, Math.ceil(place))
    const fraction = place - low
    weights[at * from + low]! += 1 - fraction
    weights[at * from + high]! += fraction
  }
  return weights
}

const nearest: Weights = (from, to, options) => {
  const weights = new Float32Array(to * from)
  for (let at = 0; at < to; at++) {
    const place = options.halfPixelCenters ? step(from, to, options) * (at + 0.5) : step(from, to, options) * at
    const pixel = options.alignCorners ? Math.round(place) : Math.floor(place)
    weights[at * from + Math.max(0, Math.min(from - 1, pixel))] = 1
  }
  return weights
}

const sides = (shape: readonly number[]) => [shape[1]!, shape[2]!] as const

const forward =
  (weights: Weights): Kernel =>
  (emit: Emitter, { images }: Inputs<'images'>, { size, ...options }: ResizeOptions & { size: [number, number] }) => {
    const [height, width] = sides(images.shape)
    const down = emit.graph.float(weights(height, size[0], options), [size[0], height])
    const across = emit.transpose(emit.graph.float(weights(width, size[1], options), [size[1], width]), [1, 0])
    const channelsFirst = emit.node('MatMul', [down, emit.node('MatMul', [emit.channelsFirst(images, true), across])])
    return new Traced([images.shape[0]!, ...size, images.shape[3]!], 'float32', { channelsFirst })
  }

const gradient =
  (weights: Weights): Kernel =>
  (emit: Emitter, { images, dy }: Inputs<'images' | 'dy'>, options: ResizeOptions) => {
    const [height, width] = sides(images.shape)
    const [toHeight, toWidth] = sides(dy.shape)
    const up = emit.transpose(emit.graph.float(weights(height, toHeight, options), [toHeight, height]), [1, 0])
    const back = emit.graph.float(weights(width, toWidth, options), [toWidth, width])
    const channelsFirst = emit.node('MatMul', [up, emit.node('MatMul', [emit.channelsFirst(dy, true), back])])
    return new Traced(images.shape, 'float32', { channelsFirst })
  }

export const resize: KernelFamily = {
  ResizeBilinear: forward(bilinear),
  ResizeBilinearGrad: gradient(bilinear),
  ResizeNearestNeighbor: forward(nearest),
  ResizeNearestNeighborGrad: gradient(nearest),
}
