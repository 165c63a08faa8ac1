/**
 * The first blocks of the stock encoder as layers of a network that is trained here, which training leaves as they are: what edges and textures look like is known
 * already, and what is learned from a folder begins there (Yosinski et al. 2014: the first layers carry over).
 */
import type { Blueprint, Layer } from '../engine/layers/network'
import { halfFloatsOf } from '../engine/onnx-model'
import type { Values } from '../engine/program'
import { float32 } from '../engine/tensor'
import { tf } from '../engine/tfjs'

/** Blocks of MobileNetV2 (Sandler et al. 2018, table 2) after its first convolution: what each widens its input by, its channels and its stride. */
const blocks = [
  { wider: 1, channels: 16, stride: 1 },
  { wider: 6, channels: 24, stride: 2 },
  { wider: 6, channels: 24, stride: 1 },
  { wider: 6, channels: 32, stride: 2 },
  { wider: 6, channels: 32, stride: 1 },
  { wider: 6, channels: 32, stride: 1 },
] as const
const firstChannels = 32

/** Side that whole images are brought to, px, and of the map that comes out. */
const side = 64
export const stockGrid = side / 8

const prefix = 'stem/'

interface Kernel {
  readonly name: string
  readonly size: 1 | 3
  readonly from: number
  readonly to: number
  readonly stride: 1 | 2
  /** A filter for each channel. */
  readonly each: boolean
}

/** In the order of the file. */
const kernels: readonly Kernel[] = [
  { name: `${prefix}first`, size: 3, from: 3, to: firstChannels, stride: 2, each: false },
  ...blocks.flatMap(({ wider, channels, stride }, at): Kernel[] => {
    const from = blocks[at - 1]?.channels ?? firstChannels
    const wide = wider * from
    const name = `${prefix}block ${at}`
    const plain = { size: 1, stride: 1, each: false } as const
    const widen: Kernel[] = wider > 1 ? [{ ...plain, name: `${name}/wide`, from, to: wide }] : []
    return [
      ...widen,
      { name: `${name}/depthwise`, size: 3, from: wide, to: wide, stride, each: true },
      { ...plain, name: `${name}/narrow`, from: wide, to: channels },
    ]
  }),
]

const shapeOf = ({ size, from, to, each }: Kernel) => (each ? [size, size, from, 1] : [size, size, from, to])

/** Their weights by name, as `stockStem` claims them. @param file of the stock encoder */
export function stemWeights(file: Uint8Array): Values {
  const constants = halfFloatsOf(file)
  return Object.fromEntries(
    kernels.flatMap((kernel, at) => {
      const [weights, biases] = [constants[2 * at]!, constants[2 * at + 1]!]
      return [
        [`${kernel.name}/weight`, float32(shapeOf(kernel), tapsFirst(weights, kernel))],
        [`${kernel.name}/bias`, float32([kernel.to], biases)],
      ]
    }),
  )
}

/** From ONNX's order, [to, from, rows, columns], to that of tfjs, [rows, columns, from, to]. */
function tapsFirst(weights: Float32Array, { size, from, to, each }: Kernel): Float32Array {
  const inner = each ? 1 : from
  const result = new Float32Array(weights.length)
  for (let filter = 0; filter < to; filter++)
    for (let channel = 0; channel < inner; channel++)
      for (let tap = 0; tap < size * size; tap++)
        result[each ? tap * to + filter : (tap * inner + channel) * to + filter] =
          weights[(filter * inner + channel) * size * size + tap]!
  return result
}

/**
 * float32 [batch, s, s, 3], 0–255 → [batch, s · 8 / size, s · 8 / size, 32]: whole images are looked at with 64 px, parts of them with as much less.
 * @param size of whole images, px
 */
export function stockStem(plan: Blueprint, size: number): Layer {
  for (const kernel of kernels) {
    plan.constant(`${kernel.name}/weight`, shapeOf(kernel))
    plan.constant(`${kernel.name}/bias`, [kernel.to])
  }
  return (x, { variables }) => {
    const apply = (value: tf.Tensor, kernel: Kernel): tf.Tensor => {
      const weight = variables[`${kernel.name}/weight`] as tf.Tensor4D
      const convolve = kernel.each ? tf.depthwiseConv2d : tf.conv2d
      const sum = tf.add(convolve(value as tf.Tensor4D, weight, kernel.stride, 'same'), variables[`${kernel.name}/bias`]!)
      return kernel.name.endsWith('/narrow') ? sum : tf.relu6(sum)
    }
    const seen = Math.round((x.shape[1]! * side) / size)
    const pixels = seen === x.shape[1] ? x : tf.image.resizeBilinear(x as tf.Tensor4D, [seen, seen], false, true)
    let value = tf.sub(tf.mul(pixels, 2 / 255), 1)
    let entered = value
    for (const kernel of kernels) {
      value = apply(value, kernel)
      if (!kernel.name.endsWith('/narrow')) continue
      // Around blocks that change neither the grid nor the channels.
      if (String(entered.shape) === String(value.shape)) value = tf.add(value, entered)
      entered = value
    }
    return value
  }
}
