/** VICReg as a pretext task: two views of a sample agree, their dimensions vary and do not repeat each other. */
import type { z } from 'zod'
import type { GradientProgram } from './gradient-program'
import { gradientTask, type TrainingContext } from './gradient-task'
import { vicregLoss } from './losses/vicreg'
import { twoViews } from './two-views'
import { vicregDescriptor } from './vicreg.descriptor'

export function prepareVicreg(context: TrainingContext<z.infer<typeof vicregDescriptor.parameters>>): GradientProgram {
  return twoViews(context, ([a, b]) => vicregLoss(a, b))
}

export const vicreg = gradientTask({ descriptor: vicregDescriptor, prepare: prepareVicreg })
