/** Losses without negatives: BYOL (Grill et al. 2020) and SimSiam (Chen & He 2021) compare a prediction with a target that no gradient reaches. */
import { tf } from '../../engine/tfjs'
import { unitRows } from './contrastive'
import { checkPair } from './shapes'

/** Mean cosine of the rows of both. @param a, b [batch, dimensions] */
export function meanCosine(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  checkPair('cosine similarity', a, b)
  return tf.mean(tf.sum(tf.mul(unitRows(a), unitRows(b)), 1))
}

/** BYOL: squared distance of unit vectors, 2 − 2 cos. */
export const regressionLoss = (prediction: tf.Tensor, target: tf.Tensor): tf.Tensor =>
  tf.sub(2, tf.mul(2, meanCosine(prediction, target)))

/** SimSiam: negative cosine. */
export const negativeCosine = (prediction: tf.Tensor, target: tf.Tensor): tf.Tensor => tf.neg(meanCosine(prediction, target))

/** The value as a constant: no gradient flows through it. */
export function detached(x: tf.Tensor): tf.Tensor {
  return tf.customGrad((...args) => {
    const [value] = args as unknown as [tf.Tensor]
    return { value: tf.clone(value), gradFunc: (dy: tf.Tensor) => [tf.zerosLike(dy)] }
  })(x)
}
