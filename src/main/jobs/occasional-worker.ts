/** A worker that is started when something is asked and ended when nothing was for a while. */
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import { startWorker, type WorkerName, type WorkerProcess } from '../hosts/worker'

export class OccasionalWorker<C extends AnyContractRouter> {
  readonly #name: WorkerName
  readonly #contract: C
  readonly #idle: number
  #worker: WorkerProcess<C> | null = null
  #timer: NodeJS.Timeout | undefined
  #asked = 0

  /** @param idle ms after the last answer */
  constructor(name: WorkerName, contract: C, idle: number) {
    this.#name = name
    this.#contract = contract
    this.#idle = idle
  }

  /** @throws HandfulError WORKER_CRASHED, and what the worker throws */
  async ask<R>(question: (client: ContractRouterClient<C>) => Promise<R>): Promise<R> {
    clearTimeout(this.#timer)
    this.#asked++
    const worker = (this.#worker ??= this.#start())
    try {
      return await worker.guard(question(worker.client))
    } finally {
      this.#asked--
      if (this.#asked === 0) this.#timer = setTimeout(() => void this.close(), this.#idle).unref()
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer)
    const worker = this.#worker
    this.#worker = null
    await worker?.kill()
  }

  #start(): WorkerProcess<C> {
    const worker = startWorker(this.#name, this.#contract)
    void worker.exited.then(() => {
      if (this.#worker === worker) this.#worker = null
    })
    return worker
  }
}
