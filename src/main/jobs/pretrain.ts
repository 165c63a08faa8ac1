/** Pretraining as a job: fit the encoder, embed every sample, cluster, put the run to use. */
import { readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { pretrainWorker } from '@shared/workers/pretrain'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { taskDescriptors } from '../ssl/descriptors'
import { embeddedOrdinals, putEmbeddings } from '../store/embeddings'
import { clusterRun, drawMap } from './cluster'
import { fromWorker } from './failure'
import { type JobContext, type JobDefinition, PauseWish } from './job'
import { ensurePixels, forgetPixels, withPixels } from './pixels'
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
  title: ({ task }) => `Pretrain: ${taskDescriptors.find(({ id }) => id === task)?.title ?? task}`,
  async run(context, params) {
    const { store } = context
    const facts = { id: params.runId, task: params.task, parameters: params.parameters, seed: params.seed, inputSize: 0 }
    store.runs.create(facts)
    store.runs.setState(params.runId, 'running')
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
  stopped({ store, changed }, { runId }, how) {
    store.runs.setState(runId, how)
    if (how === 'cancelled') void forgetPixels(store).catch(() => undefined)
    changed('runs')
  },
}

/** Starts the worker for as long as `work` takes; cancelling kills it, pausing lets training write a checkpoint first. */
export async function withPretrainWorker<T>(context: JobContext, work: (worker: PretrainWorker) => Promise<T>): Promise<T> {
  await ensurePixels(context)
  context.signal.throwIfAborted()
  const worker = startWorker('pretrain', pretrainWorker)
  const stop = () => void (context.signal.reason instanceof PauseWish ? endSoon(worker) : worker.kill())
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

/** Longest wait for a checkpoint, ms: steps of the largest networks take seconds. */
const settling = 20_000

async function endSoon(worker: PretrainWorker): Promise<void> {
  const ended = worker.client.pause().then((ends) => (ends ? worker.exited : null))
  await Promise.race([ended.catch(() => null), new Promise((resolve) => setTimeout(resolve, settling).unref())])
  await worker.kill()
}

/** The time that a run took is kept this often, ms: one that is killed goes on counting from there. */
const countEvery = 5000

async function fit(
  { store, report, threads, changed }: JobContext,
  { client }: PretrainWorker,
  params: PretrainParams,
): Promise<void> {
  const began = performance.now()
  const before = store.runs.get(params.runId).seconds ?? 0
  const spent = () => before + (performance.now() - began) / 1000
  let counted = began
  let scored: number | undefined
  const events = await client.fit({ projectFolder: store.folder, threads, ...params })
  for (let event = await events.next(); ; event = await events.next()) {
    if (!event.done) {
      report(event.value)
      const { uniformity } = event.value.values
      if (uniformity !== scored) changed('jobs') // a look has brought new scores
      scored = uniformity
      if (performance.now() - counted < countEvery) continue
      counted = performance.now()
      store.runs.spent(params.runId, spent())
      continue
    }
    store.runs.fitted(params.runId, { ...event.value, seconds: spent() })
    return
  }
}

/** Embeds the samples that came since, or that a killed process left. */
export async function embedMissing(context: JobContext, worker: PretrainWorker, runId: string): Promise<number> {
  const { store } = context
  const wanted = () => {
    const known = new Set(embeddedOrdinals(store.database, runId))
    return new Set(Array.from({ length: store.samples.highest() }, (_, ordinal) => ordinal).filter((at) => !known.has(at)))
  }
  return withPixels(context, store.runs.get(runId).inputSize, wanted, () => embed(context, worker, runId))
}

async function embed({ store, report, threads }: JobContext, { client }: PretrainWorker, runId: string): Promise<number> {
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
