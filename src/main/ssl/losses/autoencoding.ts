/** Losses of autoencoders: reconstruction, also of masked parts alone (He et al. 2022; Xie et al. 2022), and the prior of a variational one (Kingma & Welling 2014). */
import { tf } from '../../engine/tfjs'

/** Mean squared error. */
export function reconstruction(made: tf.Tensor, wanted: tf.Tensor): tf.Tensor {
  return tf.mean(tf.square(tf.sub(made, wanted)))
}

/**
 * Mean squared error over what was hidden.
 * @param made, wanted [batch, places, values]
 * @param hidden [batch, places, 1], 1 where hidden
 */
export function maskedReconstruction(made: tf.Tensor, wanted: tf.Tensor, hidden: tf.Tensor): tf.Tensor {
  if (made.shape.join() !== wanted.shape.join()) {
    throw new RangeError(
      `masked reconstruction wants equal shapes, got [${made.shape.join(', ')}] and [${wanted.shape.join(', ')}]`,
    )
  }
  const squares = tf.sum(tf.mul(tf.square(tf.sub(made, wanted)), hidden))
  return tf.div(squares, tf.mul(tf.add(tf.sum(hidden), 1e-6), made.shape.at(-1)!))
}

/** KL divergence of N(mean, exp(logVariance)) from N(0, 1), summed over dimensions, mean over samples. @param mean, logVariance [batch, dimensions] */
export function divergenceFromNormal(mean: tf.Tensor, logVariance: tf.Tensor): tf.Tensor {
  const each = tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), tf.add(logVariance, 1))
  return tf.mul(0.5, tf.mean(tf.sum(each, 1)))
}
