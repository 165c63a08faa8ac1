/** Deep InfoMax (Hjelm et al. 2019): a lower bound of mutual information by telling pairs that belong together from pairs that do not. */
import { tf } from '../../engine/tfjs'
import { checkBatch } from './shapes'

/**
 * Jensen–Shannon estimator: mean softplus(−T) over pairs that belong together plus mean softplus(T) over the others.
 * @param scores [batch, batch]; the diagonal belongs together
 */
export function jensenShannonLoss(scores: tf.Tensor2D): tf.Tensor {
  checkBatch('deep infomax', scores)
  const batch = scores.shape[0]
  const own = tf.eye(batch)
  const together = tf.div(tf.sum(tf.mul(tf.softplus(tf.neg(scores)), own)), batch)
  const apart = tf.div(tf.sum(tf.mul(tf.softplus(scores), tf.sub(1, own))), batch * (batch - 1))
  return tf.add(together, apart)
}

/**
 * The whole image's code against the code of every place in every image.
 * @param codes [batch, dimensions], places [batch, places, dimensions]
 */
export function localLoss(codes: tf.Tensor2D, places: tf.Tensor3D): tf.Tensor {
  checkBatch('deep infomax', codes)
  const [batch, count, dimensions] = places.shape
  const scores = tf.matMul(codes, tf.reshape<tf.Rank.R2>(places, [batch * count, dimensions]), false, true)
  const own = tf.reshape(tf.mul(tf.expandDims(tf.eye(batch), 2), tf.ones([1, 1, count])), [batch, batch * count])
  const together = tf.div(tf.sum(tf.mul(tf.softplus(tf.neg(scores)), own)), batch * count)
  const apart = tf.div(tf.sum(tf.mul(tf.softplus(scores), tf.sub(1, own))), batch * (batch - 1) * count)
  return tf.add(together, apart)
}
