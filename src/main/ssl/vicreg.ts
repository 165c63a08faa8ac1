/** VICReg as a pretext task: two views of a sample agree, their dimensions vary and do not repeat each other. */
import type { z } from 'zod'
import { residualEncoder } from '../encoders/residual'
import { dense } from '../engine/layers/dense'
import { Blueprint, chain, type Layer } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import { tf } from '../engine/tfjs'
import { adamW } from '../engine/training/optimizers'
import { standardAugmentation } from '../views/augmentation'
import { gradientTask, type GradientProgram } from './gradient-task'
import type { FitContext } from './task'
import { vicregLoss } from './vicreg-loss'
import { vicregDescriptor } from './vicreg.descriptor'

const symmetries = {
  none: {},
  mirror: { mirrored: true },
  any: { mirrored: true, upsideDown: true, quarterTurns: true },
}

/** The network, its loss and its views for these images. */
export function prepareVicreg({
  images,
  seed,
  parameters,
}: FitContext<z.infer<typeof vicregDescriptor.parameters>>): GradientProgram {
  const { width, projection, symmetry } = parameters
  const plan = new Blueprint(seed)
  const encoder = residualEncoder(plan, { size: images.size, widths: [width, 2 * width, 4 * width] })
  const head = projectionHead(plan, 4 * width, projection)
  return {
    weights: plan.weights,
    statistics: plan.statistics,
    views: 2,
    augmentation: { ...standardAugmentation, minArea: 0.3, ...symmetries[symmetry] },
    dimensions: 4 * width,
    notes: [],
    loss(views, pass) {
      const [a, b] = tf.split(head(encoder(views, pass), pass), 2)
      return vicregLoss(a!, b!)
    },
    embed: encoder,
  }
}

export const vicreg = gradientTask({
  descriptor: vicregDescriptor,
  optimizer: adamW({ decay: 0.05 }),
  prepare: prepareVicreg,
})

/** Two layers; thrown away after training. */
function projectionHead(plan: Blueprint, from: number, to: number): Layer {
  return chain(
    dense(plan, 'head/first', { from, to, bias: false, gain: 2 }),
    batchNorm(plan, 'head/norm', to),
    (x) => tf.relu(x),
    dense(plan, 'head/second', { from: to, to }),
  )
}
