/** SimCLR as a pretext task. */
import type { z } from 'zod'
import type { GradientProgram } from './gradient-program'
import { gradientTask, type TrainingContext } from './gradient-task'
import { ntXentLoss } from './losses/contrastive'
import { simclrDescriptor } from './simclr.descriptor'
import { twoViews } from './two-views'

const prepareSimclr = (context: TrainingContext<z.infer<typeof simclrDescriptor.parameters>>): GradientProgram =>
  twoViews(context, ([a, b]) => ntXentLoss(a, b, context.parameters.temperature))

export const simclr = gradientTask({ descriptor: simclrDescriptor, prepare: prepareSimclr })
