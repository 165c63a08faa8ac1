/** Pretrain worker: fits an encoder, embeds samples. */
import { implement } from '@orpc/server'
import { pretrainWorker } from '@shared/workers/pretrain'
import { serve } from '../hosts/serve'
import { embedRun } from './pretrain/embed'
import { fitRun } from './pretrain/fit'

const worker = implement(pretrainWorker)

serve(
  worker.router({
    fit: worker.fit.handler(({ input }) => fitRun(input)),
    embed: worker.embed.handler(({ input }) => embedRun(input.projectFolder, input.runId, input.threads)),
  }),
)
