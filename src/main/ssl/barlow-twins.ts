/** Barlow Twins as a pretext task. */
import { barlowTwinsDescriptor } from './barlow-twins.descriptor'
import { gradientTask } from './gradient-task'
import { barlowTwinsLoss } from './losses/barlow-twins'
import { twoViews } from './two-views'

export const barlowTwins = gradientTask({
  descriptor: barlowTwinsDescriptor,
  prepare: (context) => twoViews(context, ([a, b]) => barlowTwinsLoss(a, b, context.parameters.weight)),
})
