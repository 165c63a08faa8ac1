/** Products and what is fused with them, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { flat, itAgrees } from './cases.fixture'

const products: Case[] = [
  ...[
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ].map(([ta, tb]): Case => ({
    name: `matMul, transposed ${ta}, ${tb}`,
    inputs: [ta ? [4, 3] : [3, 4], tb ? [5, 4] : [4, 5]],
    program: (a, b) => tf.matMul(a, b, ta, tb),
  })),
  {
    name: 'batched matMul',
    inputs: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    program: (a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'batched matMul, broadcast',
    inputs: [
      [1, 3, 4],
      [6, 4, 2],
    ],
    program: (a, b) => tf.matMul(a, b),
    ...flat,
  },
]

const fusions: Case[] = [
  ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).map((activation): Case => ({
    name: `fused products, ${activation}`,
    inputs: [[2, 5, 5, 3], [3, 3, 3, 4], [3, 3, 4, 1], [4, 4], [4]],
    program: (x, filter, depthwise, matrix, bias) => {
      const rest = { bias, activation, leakyreluAlpha: 0.1 }
      const conv = { x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 1, pad: 'same', ...rest } as const
      const y = tf.fused.conv2d(conv)
      const z = tf.fused.depthwiseConv2d({ ...conv, x: y, filter: depthwise as tf.Tensor4D })
      return tf.fused.matMul({ a: tf.reshape(z, [50, 4]), b: matrix, ...rest })
    },
  })),
  {
    name: 'einsum',
    inputs: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    program: (a, b) => [tf.einsum('bij,bjk->ik', a, b), tf.einsum('bij->ji', a)],
    ...flat,
  },
]

itAgrees('products', products)
itAgrees('fusions', fusions)
