/** Every kernel, forward and gradient, against tfjs' CPU backend and finite differences. */
import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor'
import { tf } from '../tfjs'
import { allKernelNames } from '../trace/backend'
import { disagreement, type Case } from './agreement'
import { kernels } from './registry'

const int32 = (shape: number[], ...values: number[]) => tensor('int32', shape, Int32Array.from(values))
const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.5)
const inside = (x: tf.Tensor) => tf.mul(tf.tanh(x), 0.9)
const bool = (x: tf.Tensor) => tf.greater(x, 0)
const image = (...shape: [number, number, number, number]) => shape
const kinked = { smooth: false }
const flat = { differentiable: [] }

const unary: Case[] = [
  ...Object.entries({
    cos: tf.cos,
    cosh: tf.cosh,
    erf: tf.erf,
    exp: tf.exp,
    expm1: tf.expm1,
    neg: tf.neg,
    sigmoid: tf.sigmoid,
    sin: tf.sin,
    sinh: tf.sinh,
    softplus: tf.softplus,
    square: tf.square,
    tanh: tf.tanh,
    atan: tf.atan,
    asinh: tf.asinh,
  }).map(([name, program]) => ({ name, inputs: [[2, 3, 5]], program })),
  ...Object.entries({ log: tf.log, log1p: tf.log1p, reciprocal: tf.reciprocal, rsqrt: tf.rsqrt, sqrt: tf.sqrt }).map(
    ([name, of]) => ({
      name,
      inputs: [[4, 3]],
      program: (x: tf.Tensor) => of(positive(x)),
    }),
  ),
  ...Object.entries({ acos: tf.acos, asin: tf.asin, atanh: tf.atanh, tan: tf.tan }).map(([name, of]) => ({
    name,
    inputs: [[4, 3]],
    program: (x: tf.Tensor) => of(inside(x)),
  })),
  { name: 'acosh', inputs: [[7]], program: (x) => tf.acosh(tf.add(positive(x), 1)) },
  ...Object.entries({
    abs: tf.abs,
    ceil: tf.ceil,
    elu: tf.elu,
    floor: tf.floor,
    relu: tf.relu,
    relu6: tf.relu6,
    round: tf.round,
    selu: tf.selu,
    sign: tf.sign,
    step: tf.step,
  }).map(([name, program]) => ({
    name,
    inputs: [[3, 4, 5, 2]],
    program: (x: tf.Tensor) => program(tf.mul(x, 3)),
    smooth: false,
  })),
  { name: 'leakyRelu', inputs: [[3, 7]], program: (x) => tf.leakyRelu(x, 0.1), ...kinked },
  { name: 'clipByValue', inputs: [[3, 7]], program: (x) => tf.clipByValue(x, -0.5, 0.75), ...kinked },
  {
    name: 'cast to int32 and bool',
    inputs: [[3, 7]],
    program: (x) => [tf.cast(tf.mul(x, 4), 'int32'), tf.cast(x, 'bool')],
    ...flat,
  },
  { name: 'logicalNot', inputs: [[5]], program: (x) => tf.logicalNot(bool(x)), ...flat },
  {
    name: 'isNaN, isInf, isFinite',
    inputs: [[9]],
    program: (x) => {
      const y = tf.log(x)
      return [tf.isNaN(y), tf.isInf(tf.div(1, tf.relu(x))), tf.isFinite(y)]
    },
    ...flat,
  },
]

const binary: Case[] = [
  ...Object.entries({ add: tf.add, sub: tf.sub, mul: tf.mul }).flatMap(([name, program]) =>
    (
      [
        [
          [2, 3, 4],
          [2, 3, 4],
        ],
        [[2, 3, 4], [4]],
        [
          [3, 1],
          [2, 1, 5],
        ],
        [[], [2, 2]],
        [[2, 3, 4, 5], [5]],
        [
          [1, 1, 1, 1],
          [2, 3, 4, 5],
        ],
      ] as number[][][]
    ).map((inputs) => ({
      name: `${name} ${JSON.stringify(inputs)}`,
      inputs,
      program,
    })),
  ),
  {
    name: 'div',
    inputs: [
      [2, 3, 4],
      [3, 1],
    ],
    program: (a, b) => tf.div(a, positive(b)),
  },
  {
    name: 'squaredDifference',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    program: (a, b) => tf.squaredDifference(a, b),
  },
  { name: 'squaredDifference, broadcast', inputs: [[2, 3], [3]], program: (a, b) => tf.squaredDifference(a, b), ...flat },
  { name: 'pow', inputs: [[2, 3], [3]], program: (a, b) => tf.pow(positive(a), b) },
  {
    name: 'maximum and minimum',
    inputs: [
      [4, 3],
      [4, 3],
    ],
    program: (a, b) => [tf.maximum(a, b), tf.minimum(a, b)],
    ...kinked,
  },
  { name: 'mod', inputs: [[4, 3], [3]], program: (a, b) => tf.mod(a, b), ...kinked, ...flat },
  {
    name: 'integer mod and floorDiv',
    inputs: [int32([6], -7, 7, -7, 7, 8, 0), int32([6], 3, 3, -3, -3, 4, 5)],
    program: (a, b) => [tf.mod(a, b), tf.floorDiv(a, b)],
  },
  {
    name: 'atan2',
    inputs: [[40], [40]],
    program: (a, b) => [tf.atan2(a, b), tf.atan2(tf.zerosLike(a), b), tf.atan2(a, tf.zerosLike(b))],
    differentiable: [],
  },
  { name: 'atan2, gradient', inputs: [[4], [3, 4]], program: (a, b) => tf.atan2(positive(a), b) },
  { name: 'prelu', inputs: [[3, 4, 5, 2], [2]], program: (x, alpha) => tf.prelu(x, alpha), ...kinked },
  {
    name: 'addN',
    inputs: [
      [2, 3],
      [2, 3],
      [2, 3],
    ],
    program: (...all) => tf.addN(all),
  },
  {
    name: 'comparisons',
    inputs: [[2, 5], [5]],
    program: (a, b) => [
      tf.equal(a, b),
      tf.notEqual(a, b),
      tf.greater(a, b),
      tf.greaterEqual(a, b),
      tf.less(a, b),
      tf.lessEqual(a, b),
    ],
    ...flat,
  },
  {
    name: 'logicalXor',
    inputs: [[3, 4], [4]],
    program: (a, b) => tf.logicalXor(bool(a), bool(b)),
    ...flat,
  },
  {
    name: 'logicalAnd, logicalOr',
    inputs: [
      [2, 5],
      [2, 5],
    ],
    program: (a, b) => [tf.logicalAnd(bool(a), bool(b)), tf.logicalOr(bool(a), bool(b))],
    ...flat,
  },
  {
    name: 'where',
    inputs: [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ],
    program: (c, a, b) => tf.where(bool(c), a, b),
    differentiable: [1, 2],
  },
]

const reductions: Case[] = [
  ...Object.entries({ sum: tf.sum, mean: tf.mean, max: tf.max, min: tf.min }).flatMap(([name, of]) =>
    (
      [
        [[2, 3, 4, 5], undefined],
        [
          [2, 3, 4, 5],
          [1, 2],
        ],
        [
          [2, 3, 4, 5],
          [0, 3],
        ],
        [[3, 4], -1],
        [[1, 6], 0],
      ] as [number[], number[] | undefined][]
    ).flatMap(([shape, axis]) =>
      [true, false].map((keep) => ({
        name: `${name} over ${String(axis)} of ${String(shape)}, keep ${keep}`,
        inputs: [shape],
        program: (x: tf.Tensor) => of(tf.mul(x, x), axis, keep),
        smooth: name === 'sum' || name === 'mean',
      })),
    ),
  ),
  { name: 'prod', inputs: [[3, 4]], program: (x) => tf.prod(x, 1), ...flat },
  { name: 'all, any', inputs: [[3, 4]], program: (x) => [tf.all(bool(x), 1), tf.any(bool(x), 0, true)], ...flat },
  { name: 'argMax, argMin', inputs: [[3, 4]], program: (x) => [tf.argMax(x, 1), tf.argMin(x, 0)], ...flat },
  { name: 'softmax and logSoftmax', inputs: [[3, 2, 5]], program: (x) => [tf.softmax(x), tf.logSoftmax(x)] },
  { name: 'logSumExp', inputs: [[3, 5]], program: (x) => tf.logSumExp(x, 1) },
  {
    name: 'cumsum',
    inputs: [[3, 5]],
    program: (x) => [tf.cumsum(x, 1), tf.cumsum(x, 1, true), tf.cumsum(x, 1, false, true), tf.cumsum(x, 1, true, true)],
  },
  {
    name: 'cumprod',
    inputs: [[3, 5]],
    program: (x) => [tf.cumprod(x, 1), tf.cumprod(x, 0, true), tf.cumprod(x, 1, false, true), tf.cumprod(x, 1, true, true)],
    ...flat,
  },
  { name: 'cumsum over the first axis', inputs: [[3, 5]], program: (x) => tf.cumsum(x, 0, true), ...flat },
  {
    name: 'topk',
    inputs: [[3, 7]],
    program: (x) => {
      const { values, indices } = tf.topk(x, 3)
      return [values, indices]
    },
    ...flat,
  },
  {
    name: 'moments',
    inputs: [[4, 3, 3, 5]],
    program: (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2])
      return [mean, variance]
    },
  },
]

const shapes: Case[] = [
  {
    name: 'reshape, expandDims, squeeze',
    inputs: [[2, 1, 6]],
    program: (x) => [tf.reshape(x, [3, -1]), tf.expandDims(x, 1), tf.squeeze(x)],
  },
  { name: 'transpose', inputs: [[2, 3, 4, 5]], program: (x) => [tf.transpose(x), tf.transpose(x, [0, 3, 1, 2])] },
  { name: 'tile', inputs: [[2, 3]], program: (x) => tf.tile(x, [2, 3]) },
  { name: 'broadcastTo', inputs: [[3, 1]], program: (x) => tf.mul(tf.broadcastTo(x, [2, 3, 4]), x) },
  { name: 'depthToSpace', inputs: [[2, 3, 5, 8]], program: (x) => tf.depthToSpace(x as tf.Tensor4D, 2, 'NHWC'), ...flat },
  {
    name: 'concat',
    inputs: [
      [2, 3],
      [2, 1],
      [2, 0],
    ],
    program: (...all) => tf.concat(all, 1),
    differentiable: [0, 1],
  },
  {
    name: 'concat of channels after convolution',
    inputs: [
      [1, 3, 3, 2],
      [1, 1, 2, 2],
      [1, 3, 3, 1],
    ],
    program: (x, w, y) =>
      tf.concat(
        [tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')), tf.maxPool(y as tf.Tensor4D, 2, 2, 'same')],
        3,
      ),
    ...kinked,
  },
  {
    name: 'stack and unstack',
    inputs: [
      [2, 3],
      [2, 3],
    ],
    program: (a, b) => [tf.stack([a, b], 1), ...tf.unstack(a, 1)],
  },
  { name: 'split', inputs: [[2, 7]], program: (x) => tf.split(x, [2, 4, 1], 1) },
  { name: 'slice', inputs: [[3, 4, 5]], program: (x) => [tf.slice(x, [1, 0, 2], [2, -1, 3]), tf.slice(x, [1], [1])] },
  {
    name: 'slice of channels after convolution',
    inputs: [
      [1, 3, 3, 2],
      [3, 3, 2, 4],
    ],
    program: (x, w) => tf.slice(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), [0, 1, 0, 1], [1, 2, 3, 2]),
  },
  {
    name: 'stridedSlice',
    inputs: [[5, 6]],
    program: (x) => [
      tf.stridedSlice(x, [0, 1], [5, 6], [2, 2]),
      tf.stridedSlice(x, [4, 0], [0, 6], [-1, 3]),
      tf.stridedSlice(x, [4, 0], [0, 6], [-2, 1], 0, 1),
    ],
    ...flat,
  },
  {
    name: 'pad',
    inputs: [[2, 3]],
    program: (x) => [
      tf.pad(x, [
        [1, 0],
        [0, 2],
      ]),
      tf.pad(
        x,
        [
          [1, 1],
          [0, 0],
        ],
        3,
      ),
    ],
  },
  {
    name: 'mirrorPad',
    inputs: [[3, 4]],
    program: (x) => [
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [0, 3],
        ],
        'reflect',
      ),
      tf.mirrorPad(
        x,
        [
          [1, 2],
          [2, 0],
        ],
        'symmetric',
      ),
    ],
    ...flat,
  },
  {
    name: 'spaceToBatch and back',
    inputs: [[2, 4, 6, 3]],
    program: (x) => {
      const blocks = tf.spaceToBatchND(x, [2, 3], [[0, 0], [1, 2]]) // prettier-ignore
      return [blocks, tf.batchToSpaceND(tf.mul(blocks, blocks), [2, 3], [[0, 1], [1, 2]])] // prettier-ignore
    },
  },
  { name: 'diag', inputs: [[2, 3]], program: (x) => tf.diag(x), ...flat },
  { name: 'flipLeftRight', inputs: [[2, 3, 4, 2]], program: (x) => tf.image.flipLeftRight(x as tf.Tensor4D), ...flat },
  { name: 'reverse', inputs: [[3, 4]], program: (x) => [tf.reverse(x, [1]), tf.reverse(x)] },
]

const indexing: Case[] = [
  {
    name: 'gather',
    inputs: [[4, 5], int32([3], 3, 0, 3)],
    program: (x, at) => [tf.gather(x, at, 0), tf.gather(x, at, 1)],
  },
  {
    name: 'gather per row',
    inputs: [[2, 5, 3], int32([2, 4], 3, 0, 3, 1, 4, 2, 0, 0)],
    program: (x, at) => [tf.gather(x, at, 1, 1), tf.gather(tf.transpose(x, [0, 2, 1]), at, 2, 1)],
    ...flat,
  },
  {
    name: 'gather per row, gradient',
    inputs: [[2, 5, 3], int32([2, 4], 3, 0, 3, 1, 4, 2, 0, 0)],
    program: (x, at) => tf.gather(x, at, 1, 1),
  },
  {
    name: 'tensorScatterUpdate',
    inputs: [[4, 3], int32([2, 1], 3, 1), [2, 3]],
    program: (x, at, y) => tf.tensorScatterUpdate(x, at, y),
    ...flat,
  },
  {
    name: 'sparseToDense',
    inputs: [int32([3], 4, 1, 0), [3]],
    program: (at, values) => tf.sparseToDense(at, values, [6], -1),
    ...flat,
  },
  {
    name: 'searchSorted',
    inputs: [
      [2, 5],
      [2, 3],
    ],
    program: (x, values) => {
      const rows = tf.cumsum(positive(x), 1)
      return [tf.lowerBound(rows, positive(values)), tf.upperBound(rows, rows)]
    },
    ...flat,
  },
  { name: 'gatherND', inputs: [[4, 5], int32([2, 2], 3, 0, 1, 4)], program: (x, at) => tf.gatherND(x, at), ...flat },
  { name: 'scatterND', inputs: [[2, 5], int32([2, 1], 3, 0)], program: (x, at) => tf.scatterND(at, x, [4, 5]), ...flat },
  {
    name: 'unsortedSegmentSum',
    inputs: [[4, 3], int32([4], 1, 0, 1, 1)],
    program: (x, at) => tf.unsortedSegmentSum(x, at as tf.Tensor1D, 3),
  },
  {
    name: 'oneHot',
    inputs: [int32([4], 1, 0, 2, -1)],
    program: (at) => [tf.oneHot(at, 3), tf.cast(tf.oneHot(at, 4, 5, 2), 'float32')],
  },
  { name: 'range and linspace', inputs: [[4]], program: (x) => [tf.mul(x, tf.range(0, 8, 2)), tf.mul(x, tf.linspace(-1, 1, 4))] },
  {
    name: 'fill, zerosLike, onesLike',
    inputs: [[4]],
    program: (x) => [tf.mul(x, tf.fill([4], 2.5)), tf.add(tf.zerosLike(x), tf.onesLike(x)), tf.zeros([2, 3])],
    ...flat,
  },
]

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
    ...kinked,
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
  ] as [number[], number[], number, Pad, number][]
).flatMap(([x, w, stride, pad, dilation]): Case[] => {
  const name = `${String(x)} by ${String(w)}, stride ${stride}, ${pad}, dilation ${dilation}`
  const conv = (input: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(input as tf.Tensor4D, filter as tf.Tensor4D, stride, pad, 'NHWC', dilation)
  return [
    { name: `conv2d ${name}`, inputs: [x, w], program: (a, b) => conv(a, b) },
    { name: `conv2d after relu ${name}`, inputs: [x, w], program: (a, b) => tf.relu(conv(tf.relu(a), b)), ...kinked },
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
    ...kinked,
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

const norms: Case[] = [
  {
    name: 'batchNorm of images',
    inputs: [[2, 3, 3, 4], [4], [4], [4], [4]],
    program: (x, m, v, o, s) => tf.batchNorm(x, m, positive(v), o, s, 1e-3),
  },
  {
    name: 'batchNorm of rows, no scale',
    inputs: [[5, 4], [4], [4]],
    program: (x, m, v) => tf.batchNorm(x, m, positive(v), undefined, undefined, 1e-3),
    ...flat,
  },
]

const families = {
  unary,
  binary,
  reductions,
  shapes,
  indexing,
  products,
  fusions,
  convolutions,
  dilated,
  depthwise,
  transposedConvolutions,
  pools,
  resizes,
  norms,
}

describe.each(Object.entries(families))('%s', (_, cases) => {
  it.each(cases)('$name', async (each) => {
    const { backend, differences } = await disagreement(each)
    expect(backend).toBeLessThan(2e-5)
    expect(differences).toBeLessThan(2e-2)
  })
})

it('registers kernels under the names of tfjs, and three fused ones of its own', () => {
  const known = new Set(allKernelNames())
  expect([...kernels.keys()].filter((name) => !known.has(name)).sort()).toEqual([
    'FusedBatchNormTraining',
    'FusedGelu',
    'FusedLayerNorm',
  ])
})
