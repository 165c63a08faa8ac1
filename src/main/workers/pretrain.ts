/** Pretrain worker: fits an encoder, embeds samples. */
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { pretrainWorker } from '@shared/workers/pretrain'
import { bundled } from '../hosts/bundled'
import { serve } from '../hosts/serve'
import { workerArguments } from '../hosts/worker-entry'
import { Pause } from '../ssl/pause'
import { ViewThreads } from '../ssl/view-threads'
import { describeEngines } from './pretrain/engines'
import { embedRun } from './pretrain/embed'
import { fitRun } from './pretrain/fit'

const worker = implement(pretrainWorker)
const pause = new Pause()
const stock = bundled(join(import.meta.dirname, '..'), 'encoders/stock.onnx')
const views = new ViewThreads(workerArguments('views'))

serve(
  worker.router({
    engines: worker.engines.handler(({ input }) => describeEngines(input)),
    fit: worker.fit.handler(({ input }) => fitRun(input, { pause, makeViews: (job) => views.make(job, input.threads), stock })),
    pause: worker.pause.handler(() => pause.ask()),
    embed: worker.embed.handler(({ input }) => embedRun(input.projectFolder, input.runId, input.threads)),
  }),
)
