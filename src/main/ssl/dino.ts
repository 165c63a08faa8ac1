/** DINO as a pretext task: multi-crop, a centred and sharpened teacher that follows the student. */
import { dense } from '../engine/layers/dense'
import { chain } from '../engine/layers/network'
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

export const dino = gradientTask({
  descriptor: dinoDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { prototypes, momentum, smallCrops } = context.parameters
    const { size } = context.images
    const head = chain(
      projectionHead(plan, 'head', { from: dimensions, hidden: dimensions, to: bottleneck }),
      unitRows,
      dense(plan, 'prototypes', { from: bottleneck, to: prototypes, bias: false }),
    )
    const whole = chain(embed, head)
    const copied = { ...plan.weights }
    const cropped = { count: smallCrops, augmentation: { ...context.augmentation, minArea: 0.1, maxArea: 0.4 }, size: size / 2 }
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      state: { ...slowCopy(copied), centre: float32([prototypes], new Float32Array(prototypes)) },
      views: [{ count: 2, augmentation: { ...context.augmentation, minArea: 0.4 } }, ...(smallCrops > 0 ? [cropped] : [])],
      schedule: (share) => ({ momentum: risingMomentum(momentum, share) }),
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [large, crops] }, pass) {
            const embeddings = embed(large!, pass)
            // Small crops renew no running statistics: embeddings are made of whole images.
            const small = crops ? tf.split(whole(crops, { ...pass, renewed: {} }), smallCrops) : []
            const outputs = [...tf.split(head(embeddings, pass), 2), ...small]
            const taught = bySlowCopy(whole, large!, pass, copied)
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
