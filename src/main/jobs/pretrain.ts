/** Pretraining as a job: fit the encoder, embed every sample, cluster, put the run to use. */
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { pretrainWorker } from '@shared/workers/pretrain'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { putEmbeddings } from '../store/embeddings'
import { clusterRun, drawMap } from './cluster'
import { fromWorker } from './failure'
import type { JobContext, JobDefinition } from './job'
import { ensurePixels } from './pixels'
import { progressMeter } from './rate'

export interface PretrainParams {
  runId: string
  task: string
  parameters: Record<string, unknown>
  seed: number
  minutes?: number | undefined
  /** A run whose numbers of steps are repeated. */
  plan?: string | undefined
}

type PretrainWorker = WorkerProcess<typeof pretrainWorker>

export const pretrainJob: JobDefinition<PretrainParams> = {
  kind: 'pretrain',
  title: ({ task }) => `Pretrain (${task})`,
  async run(context, params) {
    const { store } = context
    const facts = { id: params.runId, task: params.task, parameters: params.parameters, seed: params.seed, inputSize: 0 }
    store.runs.create(facts)
    context.changed('runs')
    try {
      await withPretrainWorker(context, async (worker) => {
        if (store.runs.get(params.runId).dimensions === null) await fit(context, worker, params)
        await embedMissing(context, worker, params.runId)
      })
      const clusters = await clusterRun(context, params.runId, params.seed)
      const before = store.runs.active()?.id ?? params.runId
      store.runs.setState(params.runId, 'ready')
      store.runs.activate(params.runId)
      context.changed('runs', 'clusters', 'predictions', 'project')
      await drawMap(context, params.runId, before, params.seed)
      return clusters
    } catch (cause) {
      if (!context.signal.aborted) store.runs.setState(params.runId, 'failed')
      context.changed('runs')
      throw cause
    }
  },
}

/** Starts the worker for as long as `work` takes; cancelling kills it. */
export async function withPretrainWorker<T>(context: JobContext, work: (worker: PretrainWorker) => Promise<T>): Promise<T> {
  await ensurePixels(context)
  context.signal.throwIfAborted()
  const worker = startWorker('pretrain', pretrainWorker)
  const stop = () => void worker.kill()
  context.signal.addEventListener('abort', stop)
  try {
    return await worker.guard(work(worker))
  } catch (cause) {
    context.signal.throwIfAborted()
    throw fromWorker(cause)
  } finally {
    context.signal.removeEventListener('abort', stop)
    await worker.kill()
  }
}

async function fit({ store, report, threads }: JobContext, { client }: PretrainWorker, params: PretrainParams): Promise<void> {
  const began = performance.now()
  const events = await client.fit({ projectFolder: store.folder, threads, ...params })
  for (let event = await events.next(); ; event = await events.next()) {
    if (!event.done) {
      report(event.value)
      continue
    }
    store.runs.fitted(params.runId, { ...event.value, seconds: (performance.now() - began) / 1000 })
    return
  }
}

/** Embeds the samples that came since, or that a killed process left. */
export async function embedMissing(
  { store, report, threads }: JobContext,
  { client }: PretrainWorker,
  runId: string,
): Promise<number> {
  const events = await client.embed({ projectFolder: store.folder, runId, threads })
  let meter: ReturnType<typeof progressMeter> | undefined
  let embedded = 0
  for await (const { chunk, rows, path, done, total } of events) {
    const bytes = await readFile(path)
    putEmbeddings(store.database, runId, chunk, rows, new Float32Array(new Uint8Array(bytes).buffer))
    await rm(path)
    embedded += rows.length
    meter ??= progressMeter('Embedding images', total, done - rows.length)
    report(meter(done))
  }
  return embedded
}

/** @throws HandfulError NOT_READY when the encoder of the run is gone */
export async function checkEncoder(folder: string, runId: string): Promise<void> {
  const path = join(folder, 'runs', runId, 'encoder.onnx')
  await stat(path).catch(() => {
    throw new HandfulError('NOT_READY', { needs: `the encoder ${path}, which is gone; pretraining again makes a new one` })
  })
}
