/** Bidirectional adversarial losses (Donahue, Krähenbühl & Darrell 2017; Dumoulin et al. 2017), non-saturating. */
import { tf } from '../../engine/tfjs'

/** The discriminator is to score (image, its code) high and (made image, drawn code) low. @param real, made logits [batch, 1] */
export function discriminatorLoss(real: tf.Tensor, made: tf.Tensor): tf.Tensor {
  return tf.add(tf.mean(tf.softplus(tf.neg(real))), tf.mean(tf.softplus(made)))
}

/** Encoder and generator are to be mistaken for each other. @param real, made logits [batch, 1] */
export function deceivingLoss(real: tf.Tensor, made: tf.Tensor): tf.Tensor {
  return tf.add(tf.mean(tf.softplus(real)), tf.mean(tf.softplus(tf.neg(made))))
}
