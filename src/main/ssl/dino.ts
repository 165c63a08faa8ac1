/** DINO as a pretext task: multi-crop, a centred and sharpened teacher that follows the student. */
import { type Blueprint, chain, type Layer } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import { float32 } from '../engine/tensor'
import { tf } from '../engine/tfjs'
import { dinoDescriptor } from './dino.descriptor'
import { gradientTask } from './gradient-task'
import { unitRows } from './losses/contrastive'
import { dinoLoss } from './losses/dino'
import { backbone, projectionHead } from './networks'
import { bySlowCopy, followed, risingMomentum, slowCopy } from './teacher'
import { defaultOptimizer } from './two-views'

const bottleneck = 64
const temperatures = { teacher: 0.05, student: 0.1 }
/** Share of the centre that a step keeps. */
const centreMomentum = 0.9

/**
 * Cosines with prototypes: the last layer is weight-normalised, of norm 1. What all images share is taken out before, as in the paper's
 * heads with batch normalisation: without it cosines hardly differ, and the centred teacher forgets how to tell images apart.
 */
function prototypeScores(plan: Blueprint, prototypes: number): Layer {
  const weight = plan.weight('prototypes/weight', [bottleneck, prototypes], Math.sqrt(1 / bottleneck))
  return chain(batchNorm(plan, 'bottleneck', bottleneck), unitRows, (x, { variables }) => {
    const weights = variables[weight] as tf.Tensor2D
    return tf.matMul(x, tf.transpose(unitRows(tf.transpose(weights))))
  })
}

export const dino = gradientTask({
  descriptor: dinoDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { prototypes, momentum, smallCrops } = context.parameters
    const { size } = context.images
    const head = chain(
      projectionHead(plan, 'head', { from: dimensions, hidden: dimensions, to: bottleneck }),
      prototypeScores(plan, prototypes),
    )
    const whole = chain(embed, head)
    const copied = { ...plan.weights }
    const { augmentation } = context
    // 0.4 as in the paper, more where the place of things or their whole shape counts; small crops are smaller than any large one.
    const least = Math.max(0.4, augmentation.minArea)
    const large = { count: 2, augmentation: { ...augmentation, minArea: least } }
    const small = { count: smallCrops, augmentation: { ...augmentation, minArea: least / 4, maxArea: least }, size: size / 2 }
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      state: { ...slowCopy(copied), centre: float32([prototypes], new Float32Array(prototypes)) },
      views: smallCrops > 0 ? [large, small] : [large],
      schedule: (share) => ({ momentum: risingMomentum(momentum, share) }),
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [wholes, crops] }, pass) {
            const embeddings = embed(wholes!, pass)
            // Small crops renew no running statistics: embeddings are made of whole images.
            const cropped = crops ? tf.split(whole(crops, { ...pass, renewed: {} }), smallCrops) : []
            const outputs = [...tf.split(head(embeddings, pass), 2), ...cropped]
            const taught = bySlowCopy(whole, wholes!, pass, copied)
            const loss = dinoLoss(tf.split(taught, 2), outputs, pass.variables['centre']!, temperatures)
            return { loss, parts: { 'cross-entropy': loss }, embeddings, carried: { taught: tf.mean(taught, 0) } }
          },
        },
      ],
      afterStep: (variables, { taught }, { momentum: now }) => ({
        ...followed(variables, copied, now!),
        centre: tf.add(tf.mul(variables['centre']!, centreMomentum), tf.mul(taught!, 1 - centreMomentum)),
      }),
      embed,
      dimensions,
      notes,
    }
  },
})
