/** Exporting as a job, and what an export would write. */
import type { ExportPreview, ExportRequest } from '@shared/contract/exports'
import { exportWorker } from '@shared/workers/export'
import { basename } from 'node:path'
import { exporterDescriptor } from '../export/descriptors'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { fromWorker } from './failure'
import type { JobContext, JobDefinition } from './job'

type ExportProcess = WorkerProcess<typeof exportWorker>

/** How long a cancelled export may take to remove what it wrote, ms. */
const cleaning = 30_000

export const exportJob: JobDefinition<ExportRequest> = {
  kind: 'export',
  title: ({ format, target }) => `Export ${basename(target)} (${exporterDescriptor(format).title})`,
  async run(context, request) {
    context.signal.throwIfAborted()
    const worker = startWorker('export', exportWorker)
    const stop = () => void cancel(worker)
    context.signal.addEventListener('abort', stop)
    try {
      return await worker.guard(write(context, worker, request))
    } catch (cause) {
      context.signal.throwIfAborted()
      throw fromWorker(cause)
    } finally {
      context.signal.removeEventListener('abort', stop)
      await worker.kill()
    }
  },
}

async function write(context: JobContext, { client }: ExportProcess, request: ExportRequest): Promise<string> {
  const events = await client.run({ projectFolder: context.store.folder, request })
  for (let event = await events.next(); ; event = await events.next()) {
    if (event.done) {
      const { summary, split } = event.value
      if (split) context.store.splits.keep(split.name, Buffer.from(split.parts, 'base64'))
      return summary
    }
    context.report(event.value)
  }
}

/** The worker's stream fails once everything it wrote is gone; a worker that does not manage in time is ended. */
async function cancel(worker: ExportProcess): Promise<void> {
  const late = setTimeout(() => void worker.kill(), cleaning)
  await worker.client.cancel().catch(() => undefined)
  clearTimeout(late)
}

/** @throws HandfulError BAD_PARAMETER, UNKNOWN_ID */
export async function previewExport(projectFolder: string, request: ExportRequest): Promise<ExportPreview> {
  exporterDescriptor(request.format)
  const worker = startWorker('export', exportWorker)
  try {
    return await worker.guard(worker.client.preview({ projectFolder, request }))
  } catch (cause) {
    throw fromWorker(cause)
  } finally {
    await worker.kill()
  }
}
