/** Barlow Twins (Zbontar, Jing, Misra, LeCun & Deny 2021): the cross-correlation of two views is to be the identity. */
import { tf } from '../../engine/tfjs'
import { checkPair } from './shapes'

/** Columns of mean 0 and variance 1 over the batch. @param z [batch, dimensions] */
function standardised(z: tf.Tensor): tf.Tensor2D {
  const centred = tf.sub(z, tf.mean(z, 0))
  return tf.div(centred, tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), 1e-5)))
}

/** [dimensions, dimensions] correlation of each dimension of one view with each of the other. */
export function crossCorrelation(a: tf.Tensor, b: tf.Tensor): tf.Tensor2D {
  return tf.div(tf.matMul(standardised(a), standardised(b), true, false), a.shape[0])
}

/** The diagonal is to be 1. @param correlation [dimensions, dimensions] */
export function invarianceTerm(correlation: tf.Tensor2D): tf.Tensor {
  const diagonal = tf.eye(correlation.shape[0])
  return tf.sum(tf.mul(tf.square(tf.sub(correlation, 1)), diagonal))
}

/** The rest is to be 0. @param correlation [dimensions, dimensions] */
export function redundancyTerm(correlation: tf.Tensor2D): tf.Tensor {
  return tf.sum(tf.mul(tf.square(correlation), tf.sub(1, tf.eye(correlation.shape[0]))))
}

/** @param weight the paper's λ, 0.005 */
export function barlowTwinsLoss(a: tf.Tensor, b: tf.Tensor, weight = 0.005) {
  checkPair('barlow twins', a, b)
  const correlation = crossCorrelation(a, b)
  const parts = { invariance: invarianceTerm(correlation), redundancy: redundancyTerm(correlation) }
  return { loss: tf.add(parts.invariance, tf.mul(parts.redundancy, weight)), parts }
}
