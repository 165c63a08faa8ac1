/** Reads what comes from outside the project, in a worker of its own. */
import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { HandfulError } from '@shared/errors'
import { type FoundLabels, type LabelFile, lookupWorker } from '@shared/workers/lookup'
import type { Store } from '../store/open'
import { fromWorker } from './failure'
import { OccasionalWorker } from './occasional-worker'
import { checkEncoder } from './pretrain'

export class Lookup {
  readonly #worker = new OccasionalWorker('lookup', lookupWorker, 60_000)

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

  #ask<R>(question: (client: ContractRouterClient<typeof lookupWorker>) => Promise<R>): Promise<R> {
    return this.#worker.ask(question).catch((cause: unknown) => {
      throw fromWorker(cause)
    })
  }

  close(): Promise<void> {
    return this.#worker.close()
  }
}
