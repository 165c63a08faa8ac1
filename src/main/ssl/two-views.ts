/** The frame of tasks whose loss compares the projections of two views of each sample. */
import { tf } from '../engine/tfjs'
import type { Tensors } from '../engine/program'
import { adamW } from '../engine/training/optimizers'
import type { Pass } from '../engine/layers/network'
import type { GradientProgram, PhaseResult, StepInputs } from './gradient-program'
import { type Backbone, backbone, projectionHead } from './networks'
import type { TrainingContext } from './gradient-task'
import type { TrainingParameters } from './training-parameters'

type Compared = TrainingParameters & { projection: number }

export const defaultOptimizer = () => adamW({ decay: 0.05 })

/** The program of one phase that moves all weights, by a loss of two views of each sample. @param loss of first views, then second ones */
export function onTwoViews(
  { augmentation }: TrainingContext,
  { plan, embed, dimensions, notes }: Backbone,
  loss: (both: tf.Tensor, pass: Pass) => PhaseResult,
): GradientProgram {
  const phase = {
    moves: () => true,
    optimizer: defaultOptimizer(),
    loss: ({ views: [both] }: StepInputs, pass: Pass) => loss(both!, pass),
  }
  const { weights, statistics } = plan
  return { weights, statistics, views: [{ count: 2, augmentation }], phases: [phase], embed, dimensions, notes }
}

/** @param compare [batch, projection] of either view → the loss and its terms */
export function twoViews(
  context: TrainingContext<Compared>,
  compare: (views: [tf.Tensor, tf.Tensor]) => { loss: tf.Tensor; parts: Tensors },
): GradientProgram {
  const network = backbone(context)
  const { plan, embed, dimensions } = network
  const { projection } = context.parameters
  const head = projectionHead(plan, 'head', { from: dimensions, hidden: projection, to: projection })
  return onTwoViews(context, network, (both, pass) => {
    const embeddings = embed(both, pass)
    return { ...compare(tf.split(head(embeddings, pass), 2) as [tf.Tensor, tf.Tensor]), embeddings }
  })
}
