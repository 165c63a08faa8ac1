/** Kernels that move, cut and join, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { flat, itAgrees } from './cases.fixture'

const shapes: Case[] = [
  {
    name: 'reshape, expandDims, squeeze',
    inputs: [[2, 1, 6]],
    program: (x) => [tf.reshape(x, [3, -1]), tf.expandDims(x, 1), tf.squeeze(x)],
  },
  { name: 'transpose', inputs: [[2, 3, 4, 5]], program: (x) => [tf.transpose(x), tf.transpose(x, [0, 3, 1, 2])] },
  { name: 'transpose of squares', inputs: [[2, 3, 4, 5, 2, 8]], program: (x) => tf.transpose(x, [0, 1, 3, 2, 4, 5]) },
  {
    name: 'transpose of squares after convolution',
    inputs: [
      [2, 4, 4, 3],
      [1, 1, 3, 8],
    ],
    program: (x, w) => {
      const y = tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same'))
      return tf.transpose(tf.reshape(y, [2, 1, 2, 1, 2, 8]), [0, 1, 3, 2, 4, 5])
    },
  },
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

itAgrees('shapes', shapes)
