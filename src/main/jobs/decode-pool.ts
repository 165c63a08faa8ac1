/** Keeps an import worker busy; a file that hangs or kills it costs that worker and that file, nothing else. */
import type { ContractRouterClient } from '@orpc/contract'
import { type DecodedFile, importWorker } from '@shared/workers/import'
import type { FoundFile } from '../dataset/scan'
import { startWorker, type WorkerProcess } from '../hosts/worker'

export interface Decoded {
  file: FoundFile
  decoded?: DecodedFile
  problem?: { code: string; reason: string; expected: boolean }
}

type Record = (outcomes: Decoded[]) => Promise<void>
type Choices = Parameters<ContractRouterClient<typeof importWorker>['open']>[0]

/** Longest a file may take, ms. */
const fileLimit = 10_000
/** Batches handed to the worker at the same time, so that it never waits for main. */
const lanes = 2

export class DecodePool {
  readonly #choices: Choices
  #worker: Promise<WorkerProcess<typeof importWorker>> | null = null
  #busy = new Set<Promise<void>>()
  /** What a dead worker left: files it had in work go one by one, the rest again. */
  #suspects: FoundFile[] = []
  #again: FoundFile[] = []
  #failure: unknown = null

  constructor(choices: Choices) {
    this.#choices = choices
  }

  /** Waits while all lanes are busy. */
  async add(files: FoundFile[], record: Record, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (files.length === 0) return
    while (this.#busy.size >= lanes) await Promise.race(this.#busy)
    signal.throwIfAborted()
    if (this.#failure) throw this.#failure
    if (this.#suspects.length) await this.#settle(record, signal)
    this.#launch(files, record)
  }

  async drain(record: Record, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#busy)
    signal.throwIfAborted()
    await this.#settle(record, signal)
    if (this.#failure) throw this.#failure
  }

  async close(): Promise<void> {
    await (await this.#worker?.catch(() => null))?.kill()
    await Promise.all(this.#busy)
  }

  #launch(files: FoundFile[], record: Record): void {
    const lane = this.#decode(files, record)
      .catch((cause: unknown) => {
        this.#failure ??= cause
      })
      .finally(() => this.#busy.delete(lane))
    this.#busy.add(lane)
  }

  /** One file after the other where a worker died, so that the culprit is known. */
  async #settle(record: Record, signal: AbortSignal): Promise<void> {
    await Promise.all(this.#busy)
    while (this.#suspects.length || this.#again.length) {
      signal.throwIfAborted()
      if (this.#failure) throw this.#failure
      const alone = this.#suspects.shift()
      if (alone) await this.#decode([alone], record, true)
      else await this.#decode(this.#again.splice(0), record)
    }
  }

  async #decode(files: FoundFile[], record: Record, alone = false): Promise<void> {
    const worker = await this.#start()
    const left = new Map(files.entries())
    const started = new Map<number, number>()
    const done: Decoded[] = []
    let hung: number | null = null
    const watch = setInterval(() => {
      const [at] = [...started].find(([, since]) => performance.now() - since > fileLimit) ?? []
      if (at === undefined) return
      hung = at
      void worker.kill()
    }, 500)
    try {
      const outcomes = await worker.client.decode({ paths: files.map(({ path }) => path.toString('base64')) })
      for await (const outcome of outcomes) {
        if ('started' in outcome) {
          started.set(outcome.at, performance.now())
          continue
        }
        started.delete(outcome.at)
        left.delete(outcome.at)
        const file = files[outcome.at]!
        done.push('decoded' in outcome ? { file, decoded: outcome.decoded } : { file, problem: outcome.problem })
      }
    } catch (cause) {
      if (!(await hasDied(worker))) throw cause
      this.#worker = null
      done.push(...this.#blame(left, started, hung, alone))
    } finally {
      clearInterval(watch)
      await record(done)
    }
  }

  /** Sorts what a dead worker left; the one surely to blame is answered as a problem. */
  #blame(left: Map<number, FoundFile>, started: Map<number, number>, hung: number | null, alone: boolean): Decoded[] {
    const blamed: Decoded[] = []
    for (const [at, file] of left) {
      if (at === hung)
        blamed.push({
          file,
          problem: { code: 'timed-out', reason: `Decoding took longer than ${fileLimit / 1000} s.`, expected: true },
        })
      else if (alone)
        blamed.push({
          file,
          problem: { code: 'crashed-the-decoder', reason: 'The decoder crashed on this file.', expected: true },
        })
      else if (started.has(at)) this.#suspects.push(file)
      else this.#again.push(file)
    }
    return blamed
  }

  #start(): Promise<WorkerProcess<typeof importWorker>> {
    this.#worker ??= (async () => {
      const worker = startWorker('import', importWorker)
      await worker.guard(worker.client.open(this.#choices))
      return worker
    })()
    return this.#worker
  }
}

/** A closed channel may be noticed a moment before the process is gone. */
async function hasDied(worker: WorkerProcess<typeof importWorker>): Promise<boolean> {
  const alive = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 1000).unref())
  return Promise.race([worker.exited.then(() => true), alive])
}
