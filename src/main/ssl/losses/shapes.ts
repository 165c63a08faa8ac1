/** What losses ask of their inputs, refused with the values found. */
import type { tf } from '../../engine/tfjs'

/** @throws RangeError unless both are [batch, dimensions] of one shape with at least two samples */
export function checkPair(loss: string, a: tf.Tensor, b: tf.Tensor): void {
  if (a.shape.join() !== b.shape.join() || a.shape.length !== 2) {
    throw new RangeError(
      `${loss} wants two views of the same [batch, dimensions], got [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
    )
  }
  checkBatch(loss, a)
}

/** @throws RangeError with fewer than two samples: there is nothing to tell apart */
export function checkBatch(loss: string, z: tf.Tensor): void {
  if (z.shape[0] < 2) throw new RangeError(`${loss} wants at least 2 samples in a batch, got ${z.shape[0]}`)
}
