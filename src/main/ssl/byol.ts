/** BYOL as a pretext task: a predictor looks at one view and is to answer what a slow copy of the network makes of the other. */
import { chain } from '../engine/layers/network'
import { tf } from '../engine/tfjs'
import { byolDescriptor } from './byol.descriptor'
import { gradientTask } from './gradient-task'
import { regressionLoss } from './losses/similarity'
import { backbone, centredHead, projectionHead } from './networks'
import { bySlowCopy, followed, risingMomentum, slowCopy } from './teacher'
import { defaultOptimizer } from './two-views'

export const byol = gradientTask({
  descriptor: byolDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { projection, momentum } = context.parameters
    const head = centredHead(plan, 'head', { from: dimensions, hidden: 4 * projection, to: projection })
    const copied = { ...plan.weights }
    const predictor = projectionHead(plan, 'predictor', { from: projection, hidden: 4 * projection, to: projection })
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      state: slowCopy(copied),
      views: [{ count: 2, augmentation: context.augmentation }],
      schedule: (share) => ({ momentum: risingMomentum(momentum, share) }),
      phases: [
        {
          moves: () => true,
          optimizer: defaultOptimizer(),
          loss({ views: [both] }, pass) {
            const embeddings = embed(both!, pass)
            const [pa, pb] = tf.split(predictor(head(embeddings, pass), pass), 2) as [tf.Tensor, tf.Tensor]
            const targets = bySlowCopy(chain(embed, head), both!, pass, copied)
            const [ta, tb] = tf.split(targets, 2) as [tf.Tensor, tf.Tensor]
            const loss = tf.div(tf.add(regressionLoss(pa, tb), regressionLoss(pb, ta)), 2)
            return { loss, parts: { distance: loss }, embeddings }
          },
        },
      ],
      afterStep: (variables, _, { momentum: now }) => followed(variables, copied, now!),
      embed,
      dimensions,
      notes,
    }
  },
})
