/** Predicting missing parts: masked image modelling on a convolutional encoder (after He et al. 2022 and SimMIM, Xie et al. 2022). */
import { dense } from '../engine/layers/dense'
import { chain } from '../engine/layers/network'
import { tf } from '../engine/tfjs'
import type { Noise } from './gradient-program'
import { gradientTask } from './gradient-task'
import { maskedReconstruction } from './losses/autoencoding'
import { maskedDescriptor } from './masked.descriptor'
import { backbone, centredPixels, pooled } from './networks'
import { defaultOptimizer } from './two-views'

/** Parts along a side. */
const GRID = 4

/** [batch, size, size, 3] → [batch, GRID², values of a part] */
function parts(x: tf.Tensor): tf.Tensor {
  const [batch, size] = x.shape as [number, number]
  const side = size / GRID
  const cut = tf.transpose(tf.reshape(x, [batch, GRID, side, GRID, side, 3]), [0, 1, 3, 2, 4, 5])
  return tf.reshape(cut, [batch, GRID * GRID, side * side * 3])
}

/** Which parts are hidden: the same number in every image. */
export const hiddenParts = (batch: number, share: number): Noise => ({
  shape: [batch, GRID * GRID, 1],
  fill(draws, into) {
    const places = GRID * GRID
    const hidden = Math.max(1, Math.min(places - 1, Math.round(share * places)))
    for (let row = 0; row < batch; row++) {
      const order = Array.from({ length: places }, (_, place) => ({ place, key: draws.next() })).sort((a, b) => a.key - b.key)
      for (const { place } of order.slice(0, hidden)) into[row * places + place] = 1
    }
  },
})

export const masked = gradientTask({
  descriptor: maskedDescriptor,
  prepare(context) {
    const { plan, map, embed, dimensions, notes } = backbone(context)
    const { batch, hidden } = context.parameters
    const { size } = context.images
    const [side, grid] = [size / GRID, GRID]
    const draw = dense(plan, 'drawing', { from: dimensions + grid * grid, to: side * side * 3 })
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      noise: { hidden: hiddenParts(batch, hidden) },
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [images], noise: { hidden: mask } }, pass) {
            const cover = tf.mul(tf.reshape(mask!, [batch, grid, 1, grid, 1, 1]), tf.ones([1, 1, side, 1, side, 1]))
            const covered = tf.reshape(cover, [batch, size, size, 1])
            // Hidden parts show the middle grey.
            const shown = tf.add(tf.mul(images!, tf.sub(1, covered)), tf.mul(covered, 127.5))
            const embeddings = chain(map, pooled)(shown, pass)
            // Every part is drawn from the code of what is shown and its own place.
            const codes = tf.mul(tf.expandDims(embeddings, 1), tf.ones([1, grid * grid, 1]))
            const places = tf.mul(tf.expandDims(tf.eye(grid * grid), 0), tf.ones([batch, 1, 1]))
            const made = draw(tf.concat([codes, places], 2), pass)
            const loss = maskedReconstruction(made, parts(centredPixels(images!)), mask!)
            return { loss, parts: { reconstruction: loss }, embeddings }
          },
        },
      ],
      embed,
      dimensions,
      notes,
    }
  },
})
