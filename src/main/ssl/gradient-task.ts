/** Makes a pretext task of tfjs programs: one compiled step, a plan of steps, checkpoints, an exported encoder. */
import { HandfulError } from '@shared/errors'
import type { z } from 'zod'
import type { GradientProgram } from './gradient-program'
import type { FitContext, PretextTask, TaskDescriptor } from './task'
import type { TrainingParameters } from './training-parameters'
import { TrainingRun } from './training-run'

export interface GradientTaskOptions<S extends z.ZodType<TrainingParameters>> {
  descriptor: TaskDescriptor<S>
  prepare(context: FitContext<z.infer<S>>): GradientProgram
  /** Between checkpoints; 20 when left out. */
  checkpointSeconds?: number
}

/** With fewer images there is nothing to compare in a batch. */
const fewestImages = 8

export function gradientTask<S extends z.ZodType<TrainingParameters>>(options: GradientTaskOptions<S>): PretextTask<S> {
  return {
    descriptor: options.descriptor,
    async *fit(given) {
      const { images } = given
      if (images.count < fewestImages) {
        const what = `training wants at least ${fewestImages} images, there are ${images.count}`
        throw new HandfulError('NOTHING_TO_DO', { what })
      }
      const parameters = { ...given.parameters, batch: Math.min(given.parameters.batch, images.count) }
      const context = { ...given, parameters }
      const run = new TrainingRun(options.prepare(context), context, { checkpointSeconds: options.checkpointSeconds })
      try {
        yield* run.train()
        return await run.encoder()
      } finally {
        await run.dispose()
      }
    },
  }
}
