/** Cross-entropy of invented classes: rotations (Gidaris, Singh & Komodakis 2018), orders of a puzzle (Noroozi & Favaro 2016). */
import { tf } from '../../engine/tfjs'

/** @param logits [rows, classes], wanted one-hot [rows, classes] */
export function classCrossEntropy(logits: tf.Tensor, wanted: tf.Tensor): tf.Tensor {
  if (logits.shape.join() !== wanted.shape.join()) {
    throw new RangeError(`cross-entropy wants equal shapes, got [${logits.shape.join(', ')}] and [${wanted.shape.join(', ')}]`)
  }
  return tf.neg(tf.mean(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1)))
}
