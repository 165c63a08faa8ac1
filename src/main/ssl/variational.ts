/** A variational autoencoder (Kingma & Welling 2014). The embedding is the mean of the code. */
import { dense } from '../engine/layers/dense'
import { chain } from '../engine/layers/network'
import { tf } from '../engine/tfjs'
import { normalNoise } from './gradient-program'
import { gradientTask } from './gradient-task'
import { divergenceFromNormal, reconstruction } from './losses/autoencoding'
import { backbone, centredPixels, pixelsDecoder } from './networks'
import { defaultOptimizer } from './two-views'
import { variationalDescriptor } from './variational.descriptor'

export const variational = gradientTask({
  descriptor: variationalDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { size } = context.images
    const { batch, code, weight } = context.parameters
    const mean = dense(plan, 'mean', { from: dimensions, to: code })
    const logVariance = dense(plan, 'log variance', { from: dimensions, to: code })
    const draw = pixelsDecoder(plan, 'drawing', code, size)
    const pixels = size * size * 3
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      noise: { code: normalNoise([batch, code]) },
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [images], noise: { code: drawn } }, pass) {
            const h = embed(images!, pass)
            const embeddings = mean(h, pass)
            const spread = tf.clipByValue(logVariance(h, pass), -8, 8)
            const z = tf.add(embeddings, tf.mul(drawn!, tf.exp(tf.mul(spread, 0.5))))
            const parts = {
              reconstruction: reconstruction(draw(z, pass), centredPixels(images!)),
              // Per pixel, as the reconstruction is.
              divergence: tf.div(divergenceFromNormal(embeddings, spread), pixels),
            }
            return { loss: tf.add(parts.reconstruction, tf.mul(parts.divergence, weight)), parts, embeddings }
          },
        },
      ],
      embed: chain(embed, mean),
      dimensions: code,
      notes,
    }
  },
})
