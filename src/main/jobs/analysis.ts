/** The analysis worker of the open project: started when first asked, started again after a crash, refitted after each act. */
import type { LabelingProgress, Measured } from '@shared/contract/progress'
import { HandfulError } from '@shared/errors'
import type { ContractRouterClient } from '@orpc/contract'
import { analysisWorker } from '@shared/workers/analysis'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import type { Store } from '../store/open'
import { fromWorker } from './failure'
import type { Change } from './job'

type Client = ContractRouterClient<typeof analysisWorker>

export interface HeadRecordState {
  title: string
  crossValidated: Record<string, number>
  labels: number
  milliseconds: number
  pseudoLabels: number
  /** Highest ordinal + 1. */
  samples: number
  measured: Measured | null
  /** Accuracy by the number of labels there were, oldest first. */
  history: LabelingProgress['history']
}

/** Points of the history kept. */
const mostPoints = 200

/** An act is followed by others; the head is refitted once they pause this long, ms. */
const pause = 120

export class Analysis {
  readonly #store: Store
  readonly #changed: (...what: Change[]) => void
  #worker: Promise<WorkerProcess<typeof analysisWorker>> | null = null
  #timer: NodeJS.Timeout | undefined
  #refitting: Promise<void> | null = null
  #stale = false
  #waitingFor: string | null = null
  #closed = false

  constructor(store: Store, changed: (...what: Change[]) => void) {
    this.#store = store
    this.#changed = changed
  }

  /** Asks the worker. A crash is told to the caller; the next question starts a new worker. */
  async ask<T>(question: (client: Client) => Promise<T>): Promise<T> {
    const worker = await this.#start()
    try {
      return await worker.guard(question(worker.client))
    } catch (cause) {
      throw fromWorker(cause)
    }
  }

  /** Tells the worker what to read again; no worker, nothing to tell, and one that just died is followed by one that reads all. */
  async tell(what: Change[]): Promise<void> {
    if (!this.#worker) return
    await this.ask((client) => client.changed({ what })).catch((cause: unknown) => {
      if (!(cause instanceof HandfulError) || cause.code !== 'WORKER_CRASHED') throw cause
    })
  }

  /** Of a project that was just opened: refits where the head in store does not know all labels and images. */
  refitWhereOutdated(): void {
    const { runs, heads, annotations, samples } = this.#store
    const run = runs.active()
    if (!run) return
    const head = heads.latest(run.id)
    const known = head?.state as HeadRecordState | undefined
    const sequence = annotations.sequence()
    const current = known ? head?.seq === sequence && known.samples === samples.highest() : sequence === 0
    if (!current) this.refitSoon()
  }

  /** Refits soon, once for many acts. */
  refitSoon(): void {
    if (this.#closed) return
    this.#stale = true
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.refit().catch(() => undefined), pause)
  }

  /** What the pseudo-labels lag behind or wait for. */
  get state(): { stale: boolean; waitingFor: string | null } {
    return { stale: this.#stale, waitingFor: this.#waitingFor }
  }

  /** Refits now; a refit under way is waited for and followed by another only when labels came since. */
  async refit(): Promise<void> {
    clearTimeout(this.#timer)
    while (this.#refitting) await this.#refitting
    this.#refitting = this.#refitOnce().finally(() => (this.#refitting = null))
    await this.#refitting
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await (await this.#worker?.catch(() => null))?.kill()
  }

  async #refitOnce(): Promise<void> {
    this.#stale = false
    const run = this.#store.runs.active()
    if (!run) return
    try {
      const { fitted, runId, classes, seq, starts, predictions, confidences } = await this.ask((client) =>
        client.refit({ seed: 0 }),
      )
      const { method, ...told } = fitted
      const state: HeadRecordState = {
        ...told,
        samples: this.#store.samples.highest(),
        pseudoLabels: await this.#openGuesses(),
        history: this.#historyWith(runId, fitted),
      }
      this.#store.heads.put(
        { run: runId, method, classes, state: { ...state }, seq },
        {
          ...(starts ? { starts: new Uint32Array(await starts.arrayBuffer()) } : {}),
          classes: new Uint16Array(await predictions.arrayBuffer()),
          confidences: new Float32Array(await confidences.arrayBuffer()),
        },
      )
      // An earlier change, told in between, may have had the worker read the predictions before these.
      await this.tell(['predictions'])
      this.#waitingFor = null
    } catch (cause) {
      if (!(cause instanceof HandfulError) || cause.code !== 'NOT_READY') throw cause
      this.#waitingFor = cause.message
      this.#store.heads.clear(run.id)
      await this.tell(['predictions'])
    }
    this.#changed('predictions')
  }

  /** A point for each number of labels at which fair samples were judged; fewer labels than before, by an undo, take points away. */
  #historyWith(run: string, { labels, measured }: { labels: number; measured: Measured | null }): LabelingProgress['history'] {
    const before = (this.#store.heads.latest(run)?.state as HeadRecordState | undefined)?.history ?? []
    const kept = before.filter((point) => point.labels < labels)
    return measured ? [...kept, { labels, ...measured.accuracy }].slice(-mostPoints) : kept
  }

  /** Pseudo-labels of images that nobody has labeled. */
  #openGuesses(): Promise<number> {
    return this.ask((client) => client.countAbove({ minConfidence: 0 }))
  }

  #start(): Promise<WorkerProcess<typeof analysisWorker>> {
    this.#worker ??= this.#open()
    return this.#worker
  }

  async #open(): Promise<WorkerProcess<typeof analysisWorker>> {
    if (this.#closed) throw new HandfulError('NO_PROJECT', {})
    const worker = startWorker('analysis', analysisWorker)
    void worker.exited.then(() => (this.#worker = null))
    try {
      await worker.guard(worker.client.open({ projectFolder: this.#store.folder }))
    } catch (cause) {
      await worker.kill()
      throw fromWorker(cause)
    }
    return worker
  }
}
