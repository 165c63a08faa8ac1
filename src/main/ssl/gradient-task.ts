/** Makes a pretext task of tfjs programs: one compiled step, a plan of steps, checkpoints, an exported encoder. */
import { HandfulError } from '@shared/errors'
import { chooseDomain } from '../encoders/choose-domain'
import { withProducts } from '../engine/linear-algebra'
import { domains } from '../views/domains'
import type { z } from 'zod'
import type { GradientProgram } from './gradient-program'
import { atStage, type FitContext, type PretextTask, type TaskDescriptor } from './task'
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
      yield atStage('Looking at what may change about the images', 0, 1)
      const { domain, note } = await domainOf(given)
      const parameters = { ...given.parameters, domain, batch: Math.min(given.parameters.batch, images.count) }
      const context = { ...given, parameters }
      const run = new TrainingRun(options.prepare(context), context, { checkpointSeconds: options.checkpointSeconds })
      try {
        yield* run.train()
        const encoder = await run.encoder()
        return { ...encoder, notes: [...encoder.notes, note] }
      } finally {
        await run.dispose()
      }
    },
  }
}

async function domainOf({ images, seed, threads, parameters: { domain } }: FitContext<TrainingParameters>) {
  if (domain === 'auto') return withProducts(threads, (products) => chooseDomain(images, { seed, threads }, products))
  return { domain, note: `Altered versions as of “${domains[domain].title}”, as asked for.` }
}
