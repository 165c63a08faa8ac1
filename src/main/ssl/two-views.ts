/** The frame of tasks whose loss compares the projections of two views of each sample. */
import { tf } from '../engine/tfjs'
import type { Tensors } from '../engine/program'
import { adamW } from '../engine/training/optimizers'
import type { GradientProgram } from './gradient-program'
import { backbone, projectionHead } from './networks'
import type { TrainingContext } from './gradient-task'
import type { TrainingParameters } from './training-parameters'

type Compared = TrainingParameters & { projection: number }

export const defaultOptimizer = () => adamW({ decay: 0.05 })

/** @param compare [batch, projection] of either view → the loss and its terms */
export function twoViews(
  context: TrainingContext<Compared>,
  compare: (views: [tf.Tensor, tf.Tensor]) => { loss: tf.Tensor; parts: Tensors },
): GradientProgram {
  const { plan, embed, dimensions, notes } = backbone(context)
  const { projection } = context.parameters
  const head = projectionHead(plan, 'head', { from: dimensions, hidden: projection, to: projection })
  return {
    weights: plan.weights,
    statistics: plan.statistics,
    views: [{ count: 2, augmentation: context.augmentation }],
    phases: [
      {
        moves: () => true,
        optimizer: defaultOptimizer(),
        loss({ views: [both] }, pass) {
          const embeddings = embed(both!, pass)
          return { ...compare(tf.split(head(embeddings, pass), 2) as [tf.Tensor, tf.Tensor]), embeddings }
        },
      },
    ],
    embed,
    dimensions,
    notes,
  }
}
