/** Lookups, scatters and constants, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { flat, int32, itAgrees, positive } from './cases.fixture'

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

itAgrees('indexing', indexing)
