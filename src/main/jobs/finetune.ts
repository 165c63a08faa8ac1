/** Fine-tuning as a job: learn from the labels; when fair samples say that it is better, embed, cluster and use it. */
import { finetuneWorker, type FineTuneResult } from '@shared/workers/finetune'
import { startWorker } from '../hosts/worker'
import { clusterRun } from './cluster'
import { fromWorker } from './failure'
import type { JobContext, JobDefinition } from './job'
import { ensurePixels, withPixels } from './pixels'
import { checkEncoder, embedMissing, withPretrainWorker } from './pretrain'

interface FineTuneParams {
  /** The new run, and the one it starts from. */
  runId: string
  from: string
  seed: number
}

export const finetuneJob: JobDefinition<FineTuneParams> = {
  kind: 'finetune',
  title: () => 'Fine-tune the encoder',
  async run(context, params) {
    const { store } = context
    const { from } = params
    await checkEncoder(store.folder, from)
    const { inputSize } = store.runs.get(from)
    await ensurePixels(context)
    return withPixels(context, inputSize, undefined, () => tune(context, params, inputSize))
  },
  stopped({ store, changed }, { runId }, how) {
    store.runs.setState(runId, how)
    changed('runs')
  },
}

async function tune(context: JobContext, params: FineTuneParams, inputSize: number): Promise<string> {
  const { store, changed } = context
  const { runId, from, seed } = params
  const began = performance.now()
  const { kept, tuned, checks, before, after, dimensions } = await learn(context, params)
  const outcome = `${after} of ${checks} random checks right, ${before} before`
  if (!kept) return `Not surely better, not kept: ${outcome}`
  store.runs.create({ id: runId, task: 'fine-tune', parameters: { from }, seed, inputSize })
  const seconds = (performance.now() - began) / 1000
  const notes = [`Fine-tuned on the labels given, ${tuned}: ${outcome}. Those checks taught it nothing.`]
  store.runs.fitted(runId, { inputSize, dimensions, seconds, scores: {}, notes })
  changed('runs')
  try {
    await withPretrainWorker(context, (worker) => embedMissing(context, worker, runId))
    await clusterRun(context, runId, seed)
  } catch (cause) {
    if (!context.signal.aborted) store.runs.setState(runId, 'failed')
    changed('runs')
    throw cause
  }
  store.runs.setState(runId, 'ready')
  store.runs.activate(runId)
  changed('runs', 'clusters', 'predictions', 'project')
  return `Better and in use: ${outcome}`
}

async function learn(context: JobContext, params: FineTuneParams): Promise<FineTuneResult> {
  const { store, signal, report, threads } = context
  signal.throwIfAborted()
  const worker = startWorker('finetune', finetuneWorker)
  const stop = () => void worker.kill()
  signal.addEventListener('abort', stop)
  try {
    return await worker.guard(
      (async () => {
        const events = await worker.client.run({ projectFolder: store.folder, threads, ...params })
        for (;;) {
          const event = await events.next()
          if (event.done) return event.value
          report(event.value)
        }
      })(),
    )
  } catch (cause) {
    signal.throwIfAborted()
    throw fromWorker(cause)
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.kill()
  }
}
