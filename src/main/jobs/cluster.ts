/** Clustering as a job: embed what has no embedding yet, then neighbours, clusters and map of the active run. */
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import { clusterWorker } from '@shared/workers/cluster'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { fromWorker } from './failure'
import type { JobContext, JobDefinition } from './job'
import { checkEncoder, embedMissing, withPretrainWorker } from './pretrain'

type ClusterClient = WorkerProcess<typeof clusterWorker>['client']

export const clusterJob: JobDefinition<{ seed: number }> = {
  kind: 'cluster',
  title: () => 'Group similar images',
  async run(context, { seed }) {
    const run = context.store.runs.active()
    if (!run) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    await checkEncoder(context.store.folder, run.id)
    const embedded = await withPretrainWorker(context, (worker) => embedMissing(context, worker, run.id))
    const summary = await clusterRun(context, run.id, seed)
    context.changed('clusters', 'runs', 'predictions', 'project')
    await drawMap(context, run.id, run.id, seed)
    return embedded ? `${embedded.toLocaleString('en')} images embedded, ${summary}` : summary
  },
}

/** Neighbours, clusters and typicality of a run, into its folder; near copies, which follow from them, into the database. */
export async function clusterRun(context: JobContext, runId: string, seed: number): Promise<string> {
  const { store, report, threads } = context
  const project = { projectFolder: store.folder, runId }
  const { clusters, outliers } = await withClusterWorker(context, async (client) => {
    const found = await read<{ clusters: number; outliers: number }>(client.run({ ...project, seed, threads }), report)
    const copies = await client.nearCopies(project)
    store.nearCopies.put(new Uint32Array(await copies.arrayBuffer()))
    return found
  })
  store.meta.set('clusters', clusters)
  store.meta.set(`clustered ${runId}`, store.annotations.sequence())
  return `${clusters.toLocaleString('en')} clusters, ${outliers.toLocaleString('en')} images apart`
}

/** The map of a run that has clusters, lying as that of the run in use before. */
export async function drawMap(context: JobContext, runId: string, earlierRunId: string, seed: number): Promise<void> {
  const { store, report, threads } = context
  await withClusterWorker(context, (client) =>
    read(client.map({ projectFolder: store.folder, runId, earlierRunId, seed, threads }), report),
  )
  context.changed('clusters')
}

async function withClusterWorker<R>({ signal }: JobContext, work: (client: ClusterClient) => Promise<R>): Promise<R> {
  signal.throwIfAborted()
  const worker = startWorker('cluster', clusterWorker)
  const stop = () => void worker.kill()
  signal.addEventListener('abort', stop)
  try {
    return await worker.guard(work(worker.client))
  } catch (cause) {
    signal.throwIfAborted()
    throw fromWorker(cause)
  } finally {
    signal.removeEventListener('abort', stop)
    await worker.kill()
  }
}

/** Passes the progress on and answers with what the stream ends with. */
async function read<R>(stream: Promise<AsyncIterator<Progress, R>>, report: (progress: Progress) => void): Promise<R> {
  const events = await stream
  for (;;) {
    const event = await events.next()
    if (event.done) return event.value
    report(event.value)
  }
}
