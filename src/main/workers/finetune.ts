/** Fine-tune worker: one fine-tuning, then it ends. */
import { implement } from '@orpc/server'
import { finetuneWorker } from '@shared/workers/finetune'
import { serve } from '../hosts/serve'
import { fineTuneRun } from './finetune/run'

const worker = implement(finetuneWorker)

serve(worker.router({ run: worker.run.handler(({ input }) => fineTuneRun(input)) }))
