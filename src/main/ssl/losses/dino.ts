/** Self-distillation without labels (Caron et al. 2021): students of small crops predict a centred and sharpened teacher of large ones. */
import { tf } from '../../engine/tfjs'
import { checkBatch } from './shapes'

export interface DinoTemperatures {
  teacher: number
  student: number
}

/** Targets: softmax((t − centre) / temperature). @param outputs [rows, prototypes], centre [prototypes] */
export function sharpened(outputs: tf.Tensor, centre: tf.Tensor, temperature: number): tf.Tensor {
  return tf.softmax(tf.div(tf.sub(outputs, centre), temperature))
}

/** −Σ target · log softmax(output / temperature), mean over rows. */
export function crossEntropy(targets: tf.Tensor, outputs: tf.Tensor, temperature: number): tf.Tensor {
  return tf.neg(tf.mean(tf.sum(tf.mul(targets, tf.logSoftmax(tf.div(outputs, temperature))), 1)))
}

/**
 * Mean cross-entropy over all pairs of a teacher's view with another view of the student.
 * @param teacher [batch, prototypes] of each large crop
 * @param student [batch, prototypes] of each large crop in the same order, then of each small one
 */
export function dinoLoss(
  teacher: readonly tf.Tensor[],
  student: readonly tf.Tensor[],
  centre: tf.Tensor,
  temperatures: DinoTemperatures,
): tf.Tensor {
  checkBatch('dino', teacher[0]!)
  const targets = teacher.map((outputs) => sharpened(outputs, centre, temperatures.teacher))
  const pairs = targets.flatMap((target, of) =>
    student.flatMap((outputs, at) => (at === of ? [] : [crossEntropy(target, outputs, temperatures.student)])),
  )
  return tf.div(tf.addN(pairs), pairs.length)
}
