/** Contrastive predictive coding over a grid of places (van den Oord, Li & Vinyals 2018; Hénaff et al. 2020). */
import { dense } from '../engine/layers/dense'
import { chain } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import { tf } from '../engine/tfjs'
import { gradientTask } from './gradient-task'
import { infoNceLoss, unitRows } from './losses/contrastive'
import { backbone, pooled } from './networks'
import { predictiveCodingDescriptor } from './predictive-coding.descriptor'
import { defaultOptimizer } from './two-views'

/** Patches along a side; each overlaps half of its neighbours. */
const GRID = 3
const temperature = 0.2

/** Overlapping patches: [batch, size, size, 3] → [GRID² × batch, size / 2, size / 2, 3], row by row. */
export function overlappingPatches(x: tf.Tensor4D): tf.Tensor4D {
  const [batch, size, , channels] = x.shape
  const [half, step] = [size / 2, size / 4]
  const starts = Array.from({ length: GRID * GRID }, (_, at) => [Math.floor(at / GRID) * step, (at % GRID) * step] as const)
  return tf.concat(
    starts.map(([top, left]) => tf.slice(x, [0, top, left, 0], [batch, half, half, channels])),
    0,
  )
}

export const predictiveCoding = gradientTask({
  descriptor: predictiveCodingDescriptor,
  prepare(context) {
    const { plan, map, embed, dimensions, notes } = backbone(context)
    const { batch, ahead, projection } = context.parameters
    const steps = Math.min(ahead, GRID - 1)
    const target = dense(plan, 'target', { from: dimensions, to: projection })
    const predictors = Array.from({ length: steps }, (_, at) =>
      chain(
        dense(plan, `ahead ${at}/first`, { from: GRID * dimensions, to: projection, bias: false, gain: 2 }),
        batchNorm(plan, `ahead ${at}/norm`, projection),
        (x) => tf.relu(x),
        dense(plan, `ahead ${at}/second`, { from: projection, to: GRID * projection }),
      ),
    )
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [images] }, pass) {
            const places = chain(map, pooled)(overlappingPatches(images as tf.Tensor4D), pass)
            const rows = tf.split(places, GRID).map((row) => rowCodes(row, batch))
            const codes = tf.split(target(places, pass), GRID).map((row) => rowCodes(row, batch))
            const losses = predictors.flatMap((predict, at) =>
              rows.slice(0, GRID - at - 1).map((_, row) => {
                const seen = tf.div(tf.addN(rows.slice(0, row + 1)), row + 1)
                const predicted = tf.reshape(predict(seen, pass), [batch * GRID, projection])
                const wanted = tf.reshape(codes[row + at + 1]!, [batch * GRID, projection])
                return infoNceLoss(tf.div(unitRows(predicted), temperature), unitRows(wanted))
              }),
            )
            const loss = tf.div(tf.addN(losses), losses.length)
            return { loss, parts: { prediction: loss }, embeddings: places }
          },
        },
      ],
      embed,
      dimensions,
      notes,
    }
  },
})

/** One row of patches: [GRID × batch, d] → [batch, GRID × d]. */
function rowCodes(row: tf.Tensor, batch: number): tf.Tensor {
  const d = row.shape[1]!
  return tf.reshape(tf.transpose(tf.reshape(row, [GRID, batch, d]), [1, 0, 2]), [batch, GRID * d])
}
