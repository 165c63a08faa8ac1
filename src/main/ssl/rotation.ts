/** Rotation prediction (Gidaris, Singh & Komodakis 2018), or the order of four pieces (jigsaw, Noroozi & Favaro 2016). */
import { dense } from '../engine/layers/dense'
import { tf } from '../engine/tfjs'
import { gradientTask } from './gradient-task'
import type { Noise } from './gradient-program'
import { classCrossEntropy } from './losses/classification'
import { backbone } from './networks'
import { rotationDescriptor } from './rotation.descriptor'
import { defaultOptimizer } from './two-views'

/** All four quarter turns of each image, one after the other. @param x [batch, size, size, channels] → [4 × batch, …] */
export function quarterTurns(x: tf.Tensor4D): tf.Tensor4D {
  const quarter = (image: tf.Tensor4D) => tf.reverse(tf.transpose(image, [0, 2, 1, 3]), 2)
  const turned = [x]
  for (let turn = 1; turn < 4; turn++) turned.push(quarter(turned[turn - 1]!))
  return tf.concat(turned, 0)
}

/** The quarters: [batch, size, size, channels] → [4 × batch, size / 2, size / 2, channels], row by row. */
export function quarters(x: tf.Tensor4D): tf.Tensor4D {
  const half = x.shape[1] / 2
  const cut = (row: number, column: number) =>
    tf.slice(x, [0, row * half, column * half, 0], [x.shape[0], half, half, x.shape[3]])
  return tf.concat([cut(0, 0), cut(0, 1), cut(1, 0), cut(1, 1)], 0)
}

/** All 24 orders of four pieces. */
export const orders = permutations([0, 1, 2, 3])

function permutations(of: number[]): number[][] {
  if (of.length === 0) return [[]]
  return of.flatMap((first) => permutations(of.filter((other) => other !== first)).map((rest) => [first, ...rest]))
}

/** An order per sample, one-hot over `orders`. */
const orderNoise = (batch: number): Noise => ({
  shape: [batch, orders.length],
  fill(draws, into) {
    for (let row = 0; row < batch; row++) into[row * orders.length + draws.below(orders.length)] = 1
  },
})

/** One-hot orders → how pieces move, [batch, 4, 4]. */
function moves(chosen: tf.Tensor2D): tf.Tensor3D {
  const table = orders.flatMap((order) => order.flatMap((from) => [0, 1, 2, 3].map((at) => Number(at === from))))
  return tf.reshape(tf.matMul(chosen, tf.tensor2d(table, [orders.length, 16])), [-1, 4, 4])
}

export const rotation = gradientTask({
  descriptor: rotationDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { batch, puzzle } = context.parameters
    const jigsaw = puzzle === 'jigsaw'
    const guess = dense(plan, 'guess', jigsaw ? { from: 4 * dimensions, to: orders.length } : { from: dimensions, to: 4 })
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      ...(jigsaw && { noise: { order: orderNoise(batch) } }),
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [images], noise: { order } }, pass) {
            const pieces = jigsaw ? quarters(images as tf.Tensor4D) : quarterTurns(images as tf.Tensor4D)
            const embeddings = embed(pieces, pass)
            const seen = jigsaw ? shuffled(embeddings, order as tf.Tensor2D) : embeddings
            const wanted = jigsaw ? order! : turnsOf(batch)
            const loss = classCrossEntropy(guess(seen, pass), wanted)
            return { loss, parts: { 'cross-entropy': loss }, embeddings }
          },
        },
      ],
      embed,
      dimensions,
      notes,
    }
  },
})

/** [4 × batch, 4], the turn of each row of `quarterTurns`. */
const turnsOf = (batch: number) => tf.reshape(tf.mul(tf.expandDims(tf.eye(4), 1), tf.ones([1, batch, 1])), [4 * batch, 4])

/** [4 × batch, dimensions] → [batch, 4 × dimensions] in the chosen order. */
function shuffled(embeddings: tf.Tensor, order: tf.Tensor2D): tf.Tensor {
  const [rows, dimensions] = embeddings.shape as [number, number]
  const pieces: tf.Tensor3D = tf.transpose(tf.reshape(embeddings, [4, rows / 4, dimensions]), [1, 0, 2])
  return tf.reshape(tf.matMul(moves(order), pieces), [rows / 4, 4 * dimensions])
}
