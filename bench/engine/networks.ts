/** The networks that the engine is measured on, each [batch, 64, 64, 3] → [batch, width]; peer.py builds the same in PyTorch. */
import { residualEncoder } from '../../src/main/encoders/residual'
import { gelu } from '../../src/main/engine/layers/activations'
import { convolution, dense, patchify } from '../../src/main/engine/layers/dense'
import { type Blueprint, chain, type Layer } from '../../src/main/engine/layers/network'
import { batchNorm, layerNorm } from '../../src/main/engine/layers/norms'
import { tf } from '../../src/main/engine/tfjs'

export interface Measured {
  /** float32 [batch, SIDE, SIDE, 3] → [batch, width] */
  build(plan: Blueprint): Layer
  width: number
  /** Multiply-adds × 2 of one forward pass of one image. */
  flops: number
}

/** Side of the measured images, px, and of the grid after a stem of squares of 4. */
export const SIDE = 64
const GRID = SIDE / 4

const relu: Layer = (x) => tf.relu(x)
const pooled: Layer = (x) => tf.mean(x, [1, 2])
const conv3Flops = (side: number, from: number, to: number) => 2 * 9 * from * to * side * side

/** ResNet-like: 3×3 stem, a strided block with average-pooled shortcut for each width. */
export function resnet(plan: Blueprint, widths: readonly number[]): Layer {
  const first = widths[0]!
  const blocks = widths.map((to, at) => {
    const name = `block ${at}`
    const from = widths[at - 1] ?? first
    const body = chain(
      convolution(plan, `${name}/a`, { from, to, size: 3, stride: 2 }),
      batchNorm(plan, `${name}/an`, to),
      relu,
      convolution(plan, `${name}/b`, { from: to, to, size: 3 }),
      batchNorm(plan, `${name}/bn`, to),
    )
    const short = chain(
      (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid'),
      convolution(plan, `${name}/s`, { from, to, size: 1 }),
      batchNorm(plan, `${name}/sn`, to),
    )
    return ((x, pass) => tf.relu(tf.add(body(x, pass), short(x, pass)))) satisfies Layer
  })
  return chain(
    convolution(plan, 'stem', { from: 3, to: first, size: 3 }),
    batchNorm(plan, 'stem norm', first),
    relu,
    ...blocks,
    pooled,
  )
}

function resnetFlops(widths: readonly number[]): number {
  return widths.reduce(
    (sum, to, at) => {
      const [from, side] = [widths[at - 1] ?? to, SIDE >> (at + 1)]
      return sum + conv3Flops(side, from, to) + conv3Flops(side, to, to) + 2 * from * to * side * side
    },
    conv3Flops(SIDE, 3, widths[0]!),
  )
}

const cutFlops = (grid: number, side: number, from: number, to: number) => 2 * side * side * from * to * grid * grid

/** A stem of squares of 4 pixels, then squares of 2. */
const stemFlops = (widths: readonly number[]) =>
  widths.reduce((sum, to, at) => sum + cutFlops(GRID >> at, at ? 2 : 4, widths[at - 1] ?? 3, to), 0)

/** Patch-4 stem, 2×2 patchify down-sampling, 3×3 residual blocks. */
const patchifyNet = (widths: readonly [number, number, number], blocks = [1, 1, 1]): Measured => ({
  width: widths[2],
  flops: stemFlops(widths) + widths.reduce((sum, width, at) => sum + 2 * blocks[at]! * conv3Flops(GRID >> at, width, width), 0),
  build: (plan) => residualEncoder(plan, { size: SIDE, widths, blocks }),
})

/** ConvNeXt-like: depthwise 3×3, layer norm, a perceptron of four times the width; two blocks for each width. */
export function convnext(plan: Blueprint, widths: readonly number[]): Layer {
  const layers: Layer[] = []
  widths.forEach((to, at) => {
    const from = widths[at - 1] ?? 3
    if (at > 0) layers.push(layerNorm(plan, `down ${at}/norm`, from))
    layers.push(patchify(plan, `down ${at}`, { from, to, side: at === 0 ? 4 : 2 }))
    for (let block = 0; block < 2; block++) layers.push(convnextBlock(plan, `block ${at}.${block}`, to))
  })
  return chain(...layers, pooled)
}

function convnextBlock(plan: Blueprint, name: string, width: number): Layer {
  const filter = plan.weight(`${name}/depthwise`, [3, 3, width, 1], 1 / 3)
  const body = chain(
    (x, { variables }) => tf.depthwiseConv2d(x as tf.Tensor4D, variables[filter] as tf.Tensor4D, 1, 'same'),
    layerNorm(plan, `${name}/norm`, width),
    dense(plan, `${name}/up`, { from: width, to: 4 * width }),
    gelu,
    dense(plan, `${name}/down`, { from: 4 * width, to: width }),
  )
  return (x, pass) => tf.add(x, body(x, pass))
}

const convnextFlops = (widths: readonly number[]) =>
  stemFlops(widths) + widths.reduce((sum, width, at) => sum + 2 * (GRID >> at) ** 2 * (2 * 9 * width + 16 * width * width), 0)

export interface TransformerOptions {
  /** Side of the square images and of their patches, px. */
  side: number
  patch: number
  width: number
  depth: number
  heads: number
}

/** Vision transformer (Dosovitskiy et al. 2021), mean of its tokens. */
export function vit(plan: Blueprint, options: TransformerOptions): Layer {
  const { side, patch, width, depth } = options
  const tokens = (side / patch) ** 2
  const embed = patchify(plan, 'embed', { from: 3, to: width, side: patch })
  const places = plan.weight('places', [1, tokens, width], 0.02)
  const blocks = Array.from({ length: depth }, (_, at) => transformerBlock(plan, `block ${at}`, options))
  const norm = layerNorm(plan, 'norm', width)
  const start: Layer = (x, pass) => tf.add(tf.reshape(embed(x, pass), [x.shape[0], tokens, width]), pass.variables[places]!)
  return chain(start, ...blocks, norm, (x) => tf.mean(x, 1))
}

function transformerBlock(plan: Blueprint, name: string, { side, patch, width, heads }: TransformerOptions): Layer {
  const tokens = (side / patch) ** 2
  const project = chain(layerNorm(plan, `${name}/norm`, width), dense(plan, `${name}/qkv`, { from: width, to: 3 * width }))
  const merge = dense(plan, `${name}/merge`, { from: width, to: width })
  const perceptron = chain(
    layerNorm(plan, `${name}/perceptron norm`, width),
    dense(plan, `${name}/up`, { from: width, to: 4 * width }),
    gelu,
    dense(plan, `${name}/down`, { from: 4 * width, to: width }),
  )
  return (x, pass) => {
    const batch = x.shape[0]
    const split = tf.transpose(tf.reshape(project(x, pass), [batch, tokens, 3, heads, width / heads]), [2, 0, 3, 1, 4])
    const [q, k, v] = tf.unstack(split, 0) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const attention = tf.softmax(tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / width)))
    const mixed = tf.reshape(tf.transpose(tf.matMul(attention, v), [0, 2, 1, 3]), [batch, tokens, width])
    const after = tf.add(x, merge(mixed, pass))
    return tf.add(after, perceptron(after, pass))
  }
}

function vitFlops({ side, patch, width, depth }: TransformerOptions): number {
  const tokens = (side / patch) ** 2
  return 2 * tokens * 3 * patch ** 2 * width + depth * (2 * tokens * 12 * width * width + 4 * tokens * tokens * width)
}

const [resnetWidths, convnextWidths] = [
  [32, 64, 128, 256],
  [64, 128, 256],
]
const transformer: TransformerOptions = { side: SIDE, patch: 8, width: 192, depth: 6, heads: 3 }

/** `default` is what networks are that begin from nothing. */
export const networks: Record<string, Measured> = {
  resnet: { width: 256, flops: resnetFlops(resnetWidths), build: (plan) => resnet(plan, resnetWidths) },
  patchify: patchifyNet([64, 128, 256]),
  convnext: { width: 256, flops: convnextFlops(convnextWidths), build: (plan) => convnext(plan, convnextWidths) },
  vit: { width: transformer.width, flops: vitFlops(transformer), build: (plan) => vit(plan, transformer) },
  default: patchifyNet([64, 128, 256], [0, 1, 1]),
}
