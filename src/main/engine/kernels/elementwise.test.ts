/** Elementwise kernels, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { bool, flat, inside, int32, itAgrees, positive } from './cases.fixture'

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
  })),
  { name: 'leakyRelu', inputs: [[3, 7]], program: (x) => tf.leakyRelu(x, 0.1) },
  { name: 'clipByValue', inputs: [[3, 7]], program: (x) => tf.clipByValue(x, -0.5, 0.75) },
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
  },
  { name: 'mod', inputs: [[4, 3], [3]], program: (a, b) => tf.mod(a, b) },
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
  { name: 'prelu', inputs: [[3, 4, 5, 2], [2]], program: (x, alpha) => tf.prelu(x, alpha) },
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

itAgrees('unary', unary)
itAgrees('binary', binary)
