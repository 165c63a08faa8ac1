/** The networks that the engine is measured on, each [batch, 64, 64, 3] → [batch, width]; peer.py builds the same in PyTorch. */
import { residualEncoder } from '../../src/main/encoders/residual'
import { gelu } from '../../src/main/engine/layers/activations'
import { convolution, dense, patchify } from '../../src/main/engine/layers/dense'
import { type Blueprint, chain, type Layer } from '../../src/main/engine/layers/network'
import { batchNorm, layerNorm } from '../../src/main/engine/layers/norms'
import { tf } from '../../src/main/engine/tfjs'

export interface Measured {
  build(plan: Blueprint): Layer
  width: number
  /** Multiply-adds × 2 of one forward pass of one image. */
  flops: number
}

const relu: Layer = (x) => tf.relu(x)
const pooled: Layer = (x) => tf.mean(x, [1, 2])
const conv3 = (side: number, from: number, to: number) => 2 * 9 * from * to * side * side

/** ResNet-like: 3×3 stem, four strided blocks with average-pooled shortcuts. */
const resnet: Measured = {
  width: 256,
  flops:
    conv3(64, 3, 32) +
    [32, 64, 128, 256].reduce((sum, to, at) => {
      const [from, side] = [at === 0 ? 32 : to / 2, 32 >> at]
      return sum + conv3(side, from, to) + conv3(side, to, to) + 2 * from * to * side * side
    }, 0),
  build(plan) {
    const widths = [32, 64, 128, 256]
    const blocks = widths.map((to, at) => {
      const name = `block ${at}`
      const from = at === 0 ? 32 : widths[at - 1]!
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
      convolution(plan, 'stem', { from: 3, to: 32, size: 3 }),
      batchNorm(plan, 'stem norm', 32),
      relu,
      ...blocks,
      pooled,
    )
  },
}

const cutFlops = (grid: number, side: number, from: number, to: number) => 2 * side * side * from * to * grid * grid

/** Patch-4 stem, 2×2 patchify down-sampling, 3×3 residual blocks. */
const patchifyNet = (widths: readonly [number, number, number]): Measured => ({
  width: widths[2],
  flops:
    cutFlops(16, 4, 3, widths[0]) +
    cutFlops(8, 2, widths[0], widths[1]) +
    cutFlops(4, 2, widths[1], widths[2]) +
    widths.reduce((sum, width, at) => sum + 2 * conv3(16 >> at, width, width), 0),
  build: (plan) => residualEncoder(plan, { size: 64, widths }),
})

/** ConvNeXt-like: depthwise 3×3, layer norm, a perceptron of four times the width. */
const convnext: Measured = {
  width: 256,
  flops:
    cutFlops(16, 4, 3, 64) +
    cutFlops(8, 2, 64, 128) +
    cutFlops(4, 2, 128, 256) +
    [64, 128, 256].reduce((sum, width, at) => sum + 2 * (16 >> at) ** 2 * (2 * 9 * width + 16 * width * width), 0),
  build(plan) {
    const layers: Layer[] = []
    ;[64, 128, 256].forEach((to, at) => {
      const from = at === 0 ? 3 : to / 2
      if (at > 0) layers.push(layerNorm(plan, `down ${at}/norm`, from))
      layers.push(patchify(plan, `down ${at}`, { from, to, side: at === 0 ? 4 : 2 }))
      for (let block = 0; block < 2; block++) layers.push(convnextBlock(plan, `block ${at}.${block}`, to))
    })
    return chain(...layers, pooled)
  },
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

const [tokens, dim, heads] = [64, 192, 3]

/** Vision transformer: patch 8, width 192, depth 6, 3 heads. */
const vit: Measured = {
  width: dim,
  flops: 2 * tokens * 192 * dim + 6 * (2 * tokens * 12 * dim * dim + 4 * tokens * tokens * dim),
  build(plan) {
    const embed = patchify(plan, 'embed', { from: 3, to: dim, side: 8 })
    const places = plan.weight('places', [1, tokens, dim], 0.02)
    const blocks = Array.from({ length: 6 }, (_, at) => transformerBlock(plan, `block ${at}`))
    const norm = layerNorm(plan, 'norm', dim)
    const start: Layer = (x, pass) => tf.add(tf.reshape(embed(x, pass), [x.shape[0], tokens, dim]), pass.variables[places]!)
    return chain(start, ...blocks, norm, (x) => tf.mean(x, 1))
  },
}

function transformerBlock(plan: Blueprint, name: string): Layer {
  const project = chain(layerNorm(plan, `${name}/norm`, dim), dense(plan, `${name}/qkv`, { from: dim, to: 3 * dim }))
  const merge = dense(plan, `${name}/merge`, { from: dim, to: dim })
  const perceptron = chain(
    layerNorm(plan, `${name}/perceptron norm`, dim),
    dense(plan, `${name}/up`, { from: dim, to: 4 * dim }),
    gelu,
    dense(plan, `${name}/down`, { from: 4 * dim, to: dim }),
  )
  return (x, pass) => {
    const batch = x.shape[0]
    const split = tf.transpose(tf.reshape(project(x, pass), [batch, tokens, 3, heads, dim / heads]), [2, 0, 3, 1, 4])
    const [q, k, v] = tf.unstack(split, 0) as [tf.Tensor, tf.Tensor, tf.Tensor]
    const attention = tf.softmax(tf.mul(tf.matMul(q, k, false, true), Math.sqrt(heads / dim)))
    const mixed = tf.reshape(tf.transpose(tf.matMul(attention, v), [0, 2, 1, 3]), [batch, tokens, dim])
    const after = tf.add(x, merge(mixed, pass))
    return tf.add(after, perceptron(after, pass))
  }
}

/** `default` is what the product trains. */
export const networks: Record<string, Measured> = {
  resnet,
  patchify: patchifyNet([64, 128, 256]),
  convnext,
  vit,
  default: patchifyNet([48, 96, 192]),
}
