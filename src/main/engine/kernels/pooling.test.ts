/** Pools and resizing, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { flat, image, itAgrees } from './cases.fixture'

const pools = (
  [
    [image(2, 6, 6, 3), 2, 2, 'valid'],
    [image(2, 7, 5, 3), 3, 2, 'same'],
    [image(1, 7, 7, 2), 3, 1, 'same'],
    [image(1, 7, 7, 2), 2, 2, 'valid'],
    [image(1, 9, 9, 2), 3, 2, 'valid'],
  ] as [number[], number, number, 'same' | 'valid'][]
).flatMap(([x, size, stride, pad]): Case[] => [
  {
    name: `avgPool ${String(x)}, ${size}, stride ${stride}, ${pad}`,
    inputs: [x],
    program: (a) => tf.avgPool(a as tf.Tensor4D, size, stride, pad),
    ...(pad === 'same' && { wrongOnCpu: 'it divides by the whole window at edges' }),
  },
  {
    name: `maxPool ${String(x)}, ${size}, stride ${stride}, ${pad}`,
    inputs: [x],
    program: (a) => tf.maxPool(a as tf.Tensor4D, size, stride, pad),
  },
])

const resizes = [
  [false, false],
  [true, false],
  [false, true],
].flatMap(([align, half]) =>
  (
    [
      [8, 12],
      [3, 2],
      [4, 7],
    ] as [number, number][]
  ).flatMap((size): Case[] => [
    {
      name: `resizeBilinear to ${String(size)}, ${align}, ${half}`,
      inputs: [[2, 4, 4, 3]],
      program: (x) => tf.image.resizeBilinear(x as tf.Tensor4D, size, align, half),
      ...(half ? flat : {}),
    },
    {
      name: `resizeNearestNeighbor to ${String(size)}, ${align}, ${half}`,
      inputs: [[2, 4, 4, 3]],
      program: (x) => tf.image.resizeNearestNeighbor(x as tf.Tensor4D, size, align, half),
      wrongOnCpu: 'it visits a window of outputs that misses some',
      ...(half ? flat : {}),
    },
  ]),
)

itAgrees('pools', pools)
itAgrees('resizes', resizes)
