/** A denoising autoencoder (Vincent et al. 2008): the code of a noisy image draws the clean one. */
import { tf } from '../engine/tfjs'
import { denoisingDescriptor } from './denoising.descriptor'
import { normalNoise } from './gradient-program'
import { gradientTask } from './gradient-task'
import { reconstruction } from './losses/autoencoding'
import { backbone, centredPixels, pixelsDecoder } from './networks'
import { defaultOptimizer } from './two-views'

/** Of pixels, 0–255; see `centredPixels`. */
const deviation = 64

export const denoising = gradientTask({
  descriptor: denoisingDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { size } = context.images
    const { batch, noise } = context.parameters
    const draw = pixelsDecoder(plan, 'drawing', dimensions, size)
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      noise: { pixels: normalNoise([batch, size, size, 3]) },
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [images], noise: { pixels } }, pass) {
            const embeddings = embed(tf.add(images!, tf.mul(pixels!, noise * deviation)), pass)
            const loss = reconstruction(draw(embeddings, pass), centredPixels(images!))
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
