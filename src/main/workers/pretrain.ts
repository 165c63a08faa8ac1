/** Pretrain worker: fits an encoder, embeds samples. */
import { implement } from '@orpc/server'
import { pretrainWorker } from '@shared/workers/pretrain'
import { serve } from '../hosts/serve'
import { describeEngines } from './pretrain/engines'
import { embedRun } from './pretrain/embed'
import { fitRun } from './pretrain/fit'

const worker = implement(pretrainWorker)

serve(
  worker.router({
    engines: worker.engines.handler(({ input }) => describeEngines(input)),
    fit: worker.fit.handler(({ input }) => fitRun(input)),
    embed: worker.embed.handler(({ input }) => embedRun(input.projectFolder, input.runId, input.threads)),
  }),
)
