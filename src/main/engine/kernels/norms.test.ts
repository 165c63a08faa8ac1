/** Normalisation, forward and gradient, against tfjs' CPU backend and finite differences. */
import { tf } from '../tfjs'
import type { Case } from './agreement'
import { flat, itAgrees, positive } from './cases.fixture'

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

itAgrees('norms', norms)
