/** Variance–invariance–covariance regularisation (Bardes, Ponce & LeCun 2022). */
import { tf } from '../../engine/tfjs'
import { checkPair } from './shapes'

/** Mean squared distance of the two views of each sample. @param a, b [batch, dimensions] */
export function invariance(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.mean(tf.square(tf.sub(a, b)))
}

/** How far the standard deviation of each dimension falls short of 1. @param z [batch, dimensions] */
export function variance(z: tf.Tensor): tf.Tensor {
  const centred = tf.sub(z, tf.mean(z, 0))
  const squares = tf.div(tf.sum(tf.square(centred), 0), z.shape[0] - 1)
  return tf.mean(tf.relu(tf.sub(1, tf.sqrt(tf.add(squares, 1e-4)))))
}

/** Squared covariances between different dimensions, per dimension. @param z [batch, dimensions] */
export function covariance(z: tf.Tensor): tf.Tensor {
  const [batch, dimensions] = z.shape as [number, number]
  const centred: tf.Tensor2D = tf.sub(z, tf.mean(z, 0))
  const matrix = tf.div(tf.matMul(centred, centred, true, false), batch - 1)
  const others = tf.mul(matrix, tf.sub(1, tf.eye(dimensions)))
  return tf.div(tf.sum(tf.square(others)), dimensions)
}

/** The paper's weights: 25, 25 and 1. */
export function vicregLoss(a: tf.Tensor, b: tf.Tensor) {
  checkPair('vicreg', a, b)
  const parts = {
    invariance: invariance(a, b),
    variance: tf.div(tf.add(variance(a), variance(b)), 2),
    covariance: tf.div(tf.add(covariance(a), covariance(b)), 2),
  }
  const loss = tf.add(tf.mul(tf.add(parts.invariance, tf.mul(parts.variance, 2)), 25), tf.mul(parts.covariance, 2))
  return { loss, parts }
}
