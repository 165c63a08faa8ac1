/** Embeds images from outside: a worker started when asked and ended when idle. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { lookupWorker } from '@shared/workers/lookup'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import type { Store } from '../store/open'
import { fromWorker } from './failure'
import { checkEncoder } from './pretrain'

/** A worker that nobody asked for this long is ended, ms. */
const idle = 60_000

export class Lookup {
  #worker: WorkerProcess<typeof lookupWorker> | null = null
  #timer: NodeJS.Timeout | undefined
  #asked = 0

  /** @throws HandfulError NOT_READY, BAD_PARAMETER */
  async embed(store: Store, image: Blob, name: string): Promise<{ runId: string; vector: number[] }> {
    const run = store.runs.active()
    if (!run) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    await checkEncoder(store.folder, run.id)
    clearTimeout(this.#timer)
    this.#asked++
    const worker = (this.#worker ??= this.#start())
    try {
      const encoder = join(store.folder, 'runs', run.id, 'encoder.onnx')
      const { fit } = store.meta.facts()
      const vector = await worker.guard(worker.client.embed({ encoder, inputSize: run.inputSize, fit, name, image }))
      return { runId: run.id, vector }
    } catch (cause) {
      throw fromWorker(cause)
    } finally {
      this.#asked--
      if (this.#asked === 0) this.#timer = setTimeout(() => void this.close(), idle).unref()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = null
    await worker?.kill()
  }

  #start(): WorkerProcess<typeof lookupWorker> {
    const worker = startWorker('lookup', lookupWorker)
    void worker.exited.then(() => {
      if (this.#worker === worker) this.#worker = null
    })
    return worker
  }
}
