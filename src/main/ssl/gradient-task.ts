/** Makes a pretext task of tfjs programs: one compiled step, a plan of steps, checkpoints, an exported encoder. */
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { z } from 'zod'
import { type ChosenDomain, chooseDomain } from '../encoders/choose-domain'
import { withProducts } from '../engine/linear-algebra'
import type { Augmentation } from '../views/augmentation'
import { domains } from '../views/domains'
import { batchWithin, viewsPerImage } from './batch-size'
import type { GradientProgram } from './gradient-program'
import { kindOfNetwork } from './networks'
import { readPlan } from './step-plan'
import { atStage, type FitContext, type FittedEncoder, type PretextTask, type TaskDescriptor } from './task'
import type { TrainingParameters } from './training-parameters'
import { TrainingRun, type TrainingRunOptions } from './training-run'
import { trainingViews, type ViewKind } from './training-views'
import { readStart, type Start, startedFrom } from './transfer'

/** What a program is made for. */
export interface TrainingContext<P extends TrainingParameters = TrainingParameters> extends FitContext<P> {
  /** Of the kind of the descriptor, for the domain that was asked for or found. */
  augmentation: Augmentation
}

export interface GradientTaskOptions<S extends z.ZodType<TrainingParameters>> {
  descriptor: TaskDescriptor<S> & { views: ViewKind }
  prepare(context: TrainingContext<z.infer<S>>): GradientProgram
  /** Between checkpoints; 20 when left out. */
  checkpointSeconds?: number
}

/** With fewer images there is nothing to compare in a batch. */
const fewestImages = 8

export function gradientTask<S extends z.ZodType<TrainingParameters>>(options: GradientTaskOptions<S>): PretextTask<S> {
  return {
    descriptor: options.descriptor,
    async *fit(given) {
      const since = performance.now()
      const { images } = given
      if (images.count < fewestImages) {
        const what = `training wants at least ${fewestImages} images, there are ${images.count}`
        throw new HandfulError('NOTHING_TO_DO', { what })
      }
      yield atStage('Looking at what may change about the images', 0, 1)
      const domain = readPlan(given.folder)?.domain ?? (await domainOf(given))
      const { startFrom } = given.parameters
      const start = startFrom ? readStart(startFrom, given.folder) : null
      const parameters = settled(given.parameters, images.count, start)
      const augmentation = trainingViews(options.descriptor.views, domain.domain)
      const { checkpointSeconds } = options
      const encoder = yield* trained(
        options.prepare,
        { ...given, parameters, augmentation },
        { start, checkpointSeconds, domain, since },
      )
      return { ...encoder, notes: [...encoder.notes, domain.note] }
    },
  }
}

/** Trains the program that is prepared for the batch that memory allows, and answers its encoder. */
export async function* trained<P extends TrainingParameters>(
  prepare: (context: TrainingContext<P>) => GradientProgram,
  context: TrainingContext<P>,
  { start, ...options }: TrainingRunOptions & { start?: Start | null } = {},
): AsyncGenerator<Progress, FittedEncoder> {
  const { prepared, fitting } = fittingMemory(prepare, context)
  const run = new TrainingRun(start ? startedFrom(prepared, start) : prepared, fitting, options)
  try {
    yield* run.train()
    return await run.encoder()
  } finally {
    await run.dispose()
  }
}

/** No batch is larger than the folder; a network that starts from another is of its kind. */
function settled<P extends TrainingParameters>(parameters: P, images: number, start: Start | null): P {
  const encoder = parameters.encoder === 'auto' ? (start?.encoder ?? 'auto') : parameters.encoder
  return { ...parameters, encoder, batch: Math.min(parameters.batch, images) }
}

/** A run that goes on, or repeats another, has the batch of its plan; a new one has what memory allows. */
function fittingMemory<P extends TrainingParameters>(
  prepare: (context: TrainingContext<P>) => GradientProgram,
  context: TrainingContext<P>,
) {
  const { parameters, images, folder } = context
  const whole = prepare(context)
  const network = kindOfNetwork(whole.weights)
  const fits = () =>
    network
      ? batchWithin(parameters.batch, viewsPerImage(whole, images.size), network, process.availableMemory())
      : parameters.batch
  const batch = readPlan(folder)?.batch ?? fits()
  if (batch === parameters.batch) return { prepared: whole, fitting: context }
  const fitting = { ...context, parameters: { ...parameters, batch } }
  const note = `Steps of ${batch} images in place of ${parameters.batch}, for memory.`
  const prepared = prepare(fitting)
  return { prepared: { ...prepared, notes: [...prepared.notes, ...(batch < parameters.batch ? [note] : [])] }, fitting }
}

async function domainOf({
  images,
  seed,
  threads,
  parameters: { domain },
}: FitContext<TrainingParameters>): Promise<ChosenDomain> {
  if (domain === 'auto') return withProducts(threads, (products) => chooseDomain(images, { seed, threads }, products))
  return { domain, note: `Altered versions as of “${domains[domain].title}”, as asked for.` }
}
