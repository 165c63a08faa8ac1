/** Contrastive losses: the normalised temperature-scaled cross-entropy of SimCLR (Chen, Kornblith, Norouzi & Hinton 2020) and InfoNCE (van den Oord, Li & Vinyals 2018). */
import { tf } from '../../engine/tfjs'
import { checkPair } from './shapes'

/** Rows of Euclidean length 1. @param z [rows, dimensions] */
export function unitRows(z: tf.Tensor): tf.Tensor2D {
  return tf.mul(z, tf.rsqrt(tf.add(tf.sum(tf.square(z), -1, true), 1e-8)))
}

/** Mean over rows of −log softmax at the diagonal. @param similarities [rows, rows] */
export function diagonalCrossEntropy(similarities: tf.Tensor2D): tf.Tensor {
  const own = tf.sum(tf.mul(similarities, tf.eye(similarities.shape[0])), 1)
  return tf.mean(tf.sub(tf.logSumExp(similarities, 1), own))
}

/** Each view is to find the other view of its sample among all other views of the batch. @param a, b [batch, dimensions] */
export function ntXentLoss(a: tf.Tensor, b: tf.Tensor, temperature: number) {
  checkPair('nt-xent', a, b)
  const batch = a.shape[0]
  const z = unitRows(tf.concat([a, b], 0))
  const similarities = tf.div(tf.matMul(z, z, false, true), temperature)
  // A view is not compared with itself.
  const others = tf.sub(similarities, tf.mul(tf.eye(2 * batch), 1e9))
  const [unitA, unitB] = tf.split(z, 2) as [tf.Tensor2D, tf.Tensor2D]
  const pairs = tf.div(tf.sum(tf.mul(unitA, unitB), 1), temperature)
  const positive = tf.neg(tf.mean(pairs))
  const negative = tf.mean(tf.logSumExp(others, 1))
  return { loss: tf.add(positive, negative), parts: { positive, negative } }
}

/** Each prediction is to find its target among all targets. @param predicted, targets [rows, dimensions] */
export function infoNceLoss(predicted: tf.Tensor, targets: tf.Tensor): tf.Tensor {
  checkPair('infonce', predicted, targets)
  return diagonalCrossEntropy(tf.matMul(predicted, targets, false, true))
}
