/** Files through the import worker, whatever they do to it: a file that hangs or crashes it is found, set apart, and the rest goes on. */
import { availableParallelism } from 'node:os'
import { ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { HandfulError } from '@shared/errors'
import { type DecodedFile, type FileOutcome, importWorker } from '@shared/workers/import'
import type { FoundFile } from '../dataset/scan'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { fromWorker } from './failure'

export interface Outcome {
  file: FoundFile
  decoded?: DecodedFile
  problem?: { code: string; reason: string; expected: boolean }
}

type Choices = Omit<Parameters<ContractRouterClient<typeof importWorker>['open']>[0], 'concurrency' | 'root'> & { root: Buffer }
type ImportProcess = WorkerProcess<typeof importWorker>
type Record = (outcomes: Outcome[]) => Promise<void>

/** Files that may be handed over at once. */
export const poolBatch = 1000
/** Longest a file may take, ms; decoders that can stop themselves do so before. */
const fileLimit = 10_000
/** A worker that gives no sign of life this long hangs on a file it could not even name, ms. */
const silenceLimit = 15_000
/** Crashes in a row, each on a file alone, after which the worker itself must be broken. */
const crashLimit = 10
/** Images in work at a time: one more than cores, so that none waits while another is read or written. */
const concurrency = availableParallelism() + 1

/** What a worker left when it died: `suspects` may have killed it, `hung` has; the `others` were not begun. */
interface Remains {
  hung: FoundFile | null
  suspects: FoundFile[]
  others: FoundFile[]
  reason: string
}

export class DecodePool {
  readonly #choices: Choices
  readonly #signal: AbortSignal
  readonly #stop = () => void this.#kill()
  #worker: Promise<ImportProcess> | null = null
  #crashes = 0

  constructor(choices: Choices, signal: AbortSignal) {
    this.#choices = choices
    this.#signal = signal
    signal.addEventListener('abort', this.#stop)
  }

  /**
   * Hands every outcome to `record`, in the order in which ordinals were given.
   * @param files at most `poolBatch`
   * @throws HandfulError DISK_FULL, WORKER_CRASHED; the signal's reason
   */
  async decode(files: FoundFile[], record: Record): Promise<void> {
    for (let rest = files; rest.length > 0;) {
      const remains = await this.#attempt(rest, record)
      if (!remains) return
      if (remains.hung) await record([{ file: remains.hung, problem: tooSlow }])
      for (const file of remains.suspects) await this.#alone(file, record)
      rest = remains.others
    }
  }

  /** Ends the worker when all that it wrote is on the disk. */
  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop)
    const worker = await this.#worker?.catch(() => null)
    if (worker && !this.#signal.aborted) await worker.guard(worker.client.close()).catch(() => undefined)
    await this.#kill()
  }

  async #kill(): Promise<void> {
    const worker = await this.#worker?.catch(() => null)
    await worker?.kill()
  }

  /** A file that was in work when a worker died, with nothing beside it. */
  async #alone(file: FoundFile, record: Record): Promise<void> {
    const remains = await this.#attempt([file], record)
    if (!remains) {
      this.#crashes = 0
      return
    }
    if (++this.#crashes >= crashLimit) throw new HandfulError('WORKER_CRASHED', { worker: 'import', reason: remains.reason })
    await record([{ file, problem: remains.hung ? tooSlow : crashed }])
  }

  /** Null when all files have an outcome. */
  async #attempt(files: FoundFile[], record: Record): Promise<Remains | null> {
    this.#signal.throwIfAborted()
    const worker = await this.#start()
    const left = new Map(files.entries())
    const started = new Map<number, number>()
    const watch = watchOver(worker, started)
    try {
      const batches = await worker.client.decode({ paths: files.map(({ path }) => path.toString('base64')) })
      for await (const outcomes of batches) {
        watch.heard()
        await record(outcomesOf(outcomes, files, left, started))
      }
      return null
    } catch (cause) {
      this.#signal.throwIfAborted()
      if (cause instanceof ORPCError || cause instanceof HandfulError) throw fromWorker(cause)
      const reason = await deathOf(worker)
      if (reason === null) throw cause
      this.#worker = null
      return { ...remainsOf(left, started, watch.hung()), reason }
    } finally {
      watch.end()
    }
  }

  #start(): Promise<ImportProcess> {
    this.#worker ??= (async () => {
      const worker = startWorker('import', importWorker)
      const root = this.#choices.root.toString('base64')
      await worker.guard(worker.client.open({ ...this.#choices, root, concurrency })).catch(async (cause: unknown) => {
        await worker.kill()
        throw fromWorker(cause)
      })
      return worker
    })()
    return this.#worker
  }
}

const tooSlow = { code: 'timed-out', reason: `Decoding took longer than ${fileLimit / 1000} s.`, expected: true }
const crashed = { code: 'crashed-the-decoder', reason: 'The decoder crashed on this file.', expected: true }

/** Kills a worker that hangs, and remembers on which of the `started` files. */
function watchOver(worker: ImportProcess, started: Map<number, number>) {
  let last = performance.now()
  let hung: number | null = null
  const timer = setInterval(() => {
    const now = performance.now()
    const slow = [...started].find(([, since]) => now - since > fileLimit)
    if (!slow && now - last < silenceLimit) return
    hung = slow?.[0] ?? null
    void worker.kill()
  }, 500)
  return { heard: () => void (last = performance.now()), hung: () => hung, end: () => clearInterval(timer) }
}

function outcomesOf(
  told: FileOutcome[],
  files: FoundFile[],
  left: Map<number, FoundFile>,
  started: Map<number, number>,
): Outcome[] {
  const outcomes: Outcome[] = []
  for (const { at, ...outcome } of told) {
    if ('started' in outcome) {
      started.set(at, performance.now())
      continue
    }
    started.delete(at)
    left.delete(at)
    outcomes.push({ file: files[at]!, ...outcome })
  }
  return outcomes
}

/** Files are begun in order, and told of a moment later: the next few may have been in work too. */
function remainsOf(left: Map<number, FoundFile>, started: Map<number, number>, hung: number | null): Omit<Remains, 'reason'> {
  const unnamed = [...left.keys()].filter((at) => !started.has(at)).slice(0, concurrency * 2)
  const suspected = hung === null ? new Set([...started.keys(), ...unnamed]) : new Set<number>()
  const rest = [...left].filter(([at]) => at !== hung)
  return {
    hung: hung === null ? null : left.get(hung)!,
    suspects: rest.filter(([at]) => suspected.has(at)).map(([, file]) => file),
    others: rest.filter(([at]) => !suspected.has(at)).map(([, file]) => file),
  }
}

/** Why it died; null when it lives. A closed channel is noticed a moment before the process is gone. */
async function deathOf(worker: ImportProcess): Promise<string | null> {
  const alive = new Promise<null>((resolve) => setTimeout(() => resolve(null), 2000).unref())
  return Promise.race([worker.exited.then(({ reason }) => reason), alive])
}
