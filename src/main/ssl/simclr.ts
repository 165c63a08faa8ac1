/** SimCLR as a pretext task. */
import { gradientTask } from './gradient-task'
import { ntXentLoss } from './losses/contrastive'
import { simclrDescriptor } from './simclr.descriptor'
import { twoViews } from './two-views'

export const simclr = gradientTask({
  descriptor: simclrDescriptor,
  prepare: (context) => twoViews(context, ([a, b]) => ntXentLoss(a, b, context.parameters.temperature)),
})
