/** Reads what comes from outside the project: a worker started when asked and ended when idle. */
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { type FoundLabels, type LabelFile, lookupWorker } from '@shared/workers/lookup'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import type { Store } from '../store/open'
import { fromWorker } from './failure'
import { checkEncoder } from './pretrain'

type Worker = WorkerProcess<typeof lookupWorker>

/** A worker that nobody asked for this long is ended, ms. */
const idle = 60_000

export class Lookup {
  #worker: Worker | null = null
  #timer: NodeJS.Timeout | undefined
  #asked = 0

  /** @throws HandfulError NOT_READY, BAD_PARAMETER */
  async embed(store: Store, image: Blob, name: string): Promise<{ runId: string; vector: number[] }> {
    const run = store.runs.active()
    if (!run) throw new HandfulError('NOT_READY', { needs: 'a pretrained encoder' })
    await checkEncoder(store.folder, run.id)
    const encoder = join(store.folder, 'runs', run.id, 'encoder.onnx')
    const { fit } = store.meta.facts()
    const vector = await this.#ask((client) => client.embed({ encoder, inputSize: run.inputSize, fit, name, image }))
    return { runId: run.id, vector }
  }

  /** @throws HandfulError NOT_FOUND, NOT_PERMITTED, UNKNOWN_ID, LABEL_FILE */
  labels(store: Store, file: LabelFile): Promise<FoundLabels> {
    return this.#ask((client) => client.labels({ projectFolder: store.folder, ...file }))
  }

  /** @throws HandfulError NOT_READY, BAD_PARAMETER, UNKNOWN_ID */
  views(store: Store, asked: { task: string; domain: string; seed: number }) {
    return this.#ask((client) => client.views({ projectFolder: store.folder, ...asked }))
  }

  accuracies(store: Store, runIds: string[]) {
    return this.#ask((client) => client.accuracies({ projectFolder: store.folder, runIds }))
  }

  async #ask<R>(question: (client: Worker['client']) => Promise<R>): Promise<R> {
    clearTimeout(this.#timer)
    this.#asked++
    const worker = (this.#worker ??= this.#start())
    try {
      return await worker.guard(question(worker.client))
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

  #start(): Worker {
    const worker = startWorker('lookup', lookupWorker)
    void worker.exited.then(() => {
      if (this.#worker === worker) this.#worker = null
    })
    return worker
  }
}
