/** Reductions, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { bool, flat, itAgrees } from './cases.fixture'

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
      })),
    ),
  ),
  { name: 'prod', inputs: [[3, 4]], program: (x) => tf.prod(x, 1) },
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

itAgrees('reductions', reductions)
