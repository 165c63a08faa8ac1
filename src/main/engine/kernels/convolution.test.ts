/** Convolutions, forward and gradient, against tfjs' CPU backend and finite differences. */
import { expect, it } from 'vitest'
import { Graph } from '../graph'
import { random } from '../random'
import { withSession } from '../session'
import { float32 } from '../tensor'
import { tf } from '../tfjs'
import { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Case } from './agreement'
import { flat, image, itAgrees } from './cases.fixture'
import { perImage } from './convolution-gradients'
import { convolutionGeometry } from './geometry'

type Pad = 'same' | 'valid' | number
const convolutions = (
  [
    [image(2, 5, 5, 3), [3, 3, 3, 4], 1, 'same', 1],
    [image(2, 5, 7, 3), [3, 3, 3, 4], 2, 'same', 1],
    [image(1, 8, 6, 2), [3, 3, 2, 3], 2, 'valid', 1],
    [image(1, 9, 9, 2), [2, 2, 2, 3], 3, 'valid', 1],
    [image(2, 6, 6, 4), [1, 1, 4, 5], 1, 'same', 1],
    [image(2, 6, 6, 4), [1, 1, 4, 5], 2, 'same', 1],
    [image(1, 7, 7, 2), [3, 2, 2, 2], 1, 'valid', 1],
    [image(1, 7, 7, 2), [5, 5, 2, 2], 2, 2, 1],
    [image(1, 16, 16, 16), [3, 3, 16, 16], 1, 'same', 1],
    [image(2, 4, 4, 16), [3, 3, 16, 8], 1, 'same', 1],
    [image(1, 32, 32, 17), [3, 3, 17, 4], 1, 'same', 1],
    [image(2, 8, 8, 17), [3, 3, 17, 20], 2, 'same', 1],
    [image(1, 3, 3, 129), [3, 3, 129, 2], 1, 'same', 1],
    [image(2, 12, 12, 3), [3, 3, 3, 4], 1, 'same', 1],
    [image(2, 4, 4, 64), [3, 3, 64, 65], 1, 'same', 1],
    [image(2, 3, 5, 64), [2, 3, 64, 64], 1, 'valid', 1],
    [image(1, 6, 8, 64), [3, 3, 64, 64], 1, 'same', 1],
    [image(1, 5, 7, 64), [3, 3, 64, 66], 1, 'valid', 1],
    [image(2, 1, 3, 64), [3, 3, 64, 64], 1, 'same', 1],
    [image(2, 7, 8, 64), [3, 3, 64, 64], 2, 'same', 1],
    [image(2, 12, 10, 3), [3, 3, 3, 4], 2, 'same', 1],
    [image(2, 12, 9, 2), [3, 2, 2, 3], 2, 'valid', 1],
    [image(2, 12, 12, 2), [1, 1, 2, 3], 2, 'same', 1],
  ] as [number[], number[], number, Pad, number][]
).flatMap(([x, w, stride, pad, dilation]): Case[] => {
  const name = `${String(x)} by ${String(w)}, stride ${stride}, ${pad}, dilation ${dilation}`
  // As large as initialisers make them: what is rounded off is measured against results of about 1.
  const scale = 1 / Math.sqrt(w.slice(0, 3).reduce((fan, side) => fan * side, 1))
  const conv = (input: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(input as tf.Tensor4D, tf.mul<tf.Tensor4D>(filter, scale), stride, pad, 'NHWC', dilation)
  return [
    { name: `conv2d ${name}`, inputs: [x, w], program: (a, b) => conv(a, b) },
    { name: `conv2d after relu ${name}`, inputs: [x, w], program: (a, b) => tf.relu(conv(tf.relu(a), b)) },
  ]
})

const dilated: Case[] = [
  {
    name: 'conv2d, dilation 2, which tfjs has no gradient of',
    inputs: [
      [1, 7, 7, 2],
      [3, 3, 2, 2],
    ],
    program: (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same', 'NHWC', 2),
    ...flat,
  },
]

const depthwise = (
  [
    [image(2, 6, 6, 3), [3, 3, 3, 1], 1, 'same'],
    [image(2, 7, 5, 3), [3, 3, 3, 1], 2, 'same'],
    [image(1, 7, 7, 2), [3, 3, 2, 2], 1, 'valid'],
    [image(1, 8, 8, 2), [5, 5, 2, 2], 2, 'same'],
  ] as [number[], number[], number, 'same' | 'valid'][]
).map(([x, w, stride, pad]): Case => ({
  name: `depthwiseConv2d ${String(x)} by ${String(w)}, stride ${stride}, ${pad}`,
  inputs: [x, w],
  program: (a, b) => tf.depthwiseConv2d(a as tf.Tensor4D, b as tf.Tensor4D, stride, pad),
}))

const transposedConvolutions = (
  [
    [image(2, 4, 4, 3), [3, 3, 5, 3], 2, 'same', 8],
    [image(1, 3, 3, 2), [4, 4, 3, 2], 2, 'same', 6],
    [image(1, 5, 5, 2), [3, 3, 3, 2], 1, 'same', 5],
  ] as [number[], number[], number, 'same', number][]
).map(([x, w, stride, pad, side]): Case => ({
  name: `conv2dTranspose ${String(x)} by ${String(w)}, stride ${stride}`,
  inputs: [x, w],
  program: (a, b) => tf.conv2dTranspose(a as tf.Tensor4D, b as tf.Tensor4D, [x[0]!, side, side, w[2]!], stride, pad),
}))

itAgrees('convolutions', convolutions)
itAgrees('dilated', dilated)
itAgrees('depthwise', depthwise)
itAgrees('transposedConvolutions', transposedConvolutions)

it.each([false, true])('sums the gradient of a filter over parts of a large batch, portable %s', async (portable) => {
  const shapes = { x: [5, 6, 6, 2], dy: [5, 6, 6, 3] }
  const draws = random(3)
  const drawn = (shape: number[]) =>
    float32(
      shape,
      Float32Array.from({ length: shape.reduce((size, side) => size * side, 1) }, () => draws.normal()),
    )
  const feeds = { x: drawn(shapes.x), dy: drawn(shapes.dy) }
  const gradient = (most: number) => {
    const graph = new Graph()
    const given = (name: 'x' | 'dy') =>
      new Traced(shapes[name], 'float32', { logical: graph.input(name, 'float32', shapes[name]) })
    const geometry = convolutionGeometry(shapes.x, [3, 3, 2, 3], { strides: 1, pad: 'same' })
    const result = perImage(new Emitter(graph, { portable }), given('x'), given('dy'), geometry, most)
    graph.output(result, 'float32', [9, 2, 3])
    return withSession(graph.model(), { threads: 1 }, (session) => session.values(feeds))
  }
  const [whole, parts] = [await gradient(Infinity), await gradient(2 * shapes.x[3]! * 9 * 36)]
  expect(whole.length).toBe(54)
  parts.forEach((value, at) => expect(value).toBeCloseTo(whole[at]!, 4))
})
