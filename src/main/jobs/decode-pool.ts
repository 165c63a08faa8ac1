/** Files through the import worker, whatever they do to it: a file that hangs or crashes it is found, set apart, and the rest goes on. */
import { availableParallelism } from 'node:os'
import { ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import { HandfulError } from '@shared/errors'
import { type DecodedFile, type FileOutcome, importWorker } from '@shared/workers/import'
import type { ImageFolder } from '../dataset/confined'
import type { FoundFile } from '../dataset/scan'
import { startWorker, type WorkerProcess } from '../hosts/worker'
import { fromWorker } from './failure'

export interface Outcome {
  file: FoundFile
  decoded?: DecodedFile
  problem?: { code: string; reason: string; expected: boolean }
}

type Opening = Parameters<ContractRouterClient<typeof importWorker>['open']>[0]
type Choices = Omit<Opening, 'concurrency' | 'root'> & { root: Buffer }
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

/** What a worker left when it died: `suspects` may have killed it, `hung` has; the `others` were not begun. */
interface Remains {
  hung: FoundFile | null
  suspects: FoundFile[]
  others: FoundFile[]
  reason: string
}

export interface PoolOptions {
  /** All cores without it. */
  threads?: number
  start?: () => ImportProcess
}

export class DecodePool {
  readonly #signal: AbortSignal
  readonly #start: () => ImportProcess
  readonly #stop = () => void this.#kill()
  #choices: Choices | null = null
  #worker: ImportProcess | null = null
  #opened: Promise<void> | null = null
  #crashes = 0
  /** Images in work at a time: one more than threads, so that none waits while another is read or written. */
  readonly #concurrency: number

  constructor(
    signal: AbortSignal,
    { threads = availableParallelism(), start = () => startWorker('import', importWorker) }: PoolOptions = {},
  ) {
    this.#signal = signal
    this.#start = start
    this.#concurrency = threads + 1
    signal.addEventListener('abort', this.#stop)
  }

  /**
   * Longer sides of the images at these paths below `root`, as far as their headers tell, px. What is chosen by them is chosen for good,
   * so a worker that dies meanwhile is followed by another; where that dies too, the files are to blame and nothing is known.
   */
  async probe({ root, followLinks }: ImageFolder, paths: Buffer[]): Promise<number[]> {
    const inBase64 = (path: Buffer) => path.toString('base64')
    for (let attempt = 0; attempt < 2; attempt++) {
      const worker = this.#running()
      try {
        return await worker.guard(worker.client.probe({ root: inBase64(root), followLinks, paths: paths.map(inBase64) }))
      } catch (cause) {
        this.#signal.throwIfAborted()
        if (!(cause instanceof HandfulError) || cause.code !== 'WORKER_CRASHED') throw fromWorker(cause)
        this.#worker = null
      }
    }
    return []
  }

  /** What the files to come are decoded for. */
  open(choices: Choices): void {
    this.#choices = choices
    this.#opened = null
  }

  /**
   * Hands every outcome to `record`, in the order in which ordinals were given.
   * @param files at most `poolBatch`, below the root that was opened
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
    const worker = this.#worker
    if (worker && this.#opened && !this.#signal.aborted) await worker.guard(worker.client.close()).catch(() => undefined)
    await this.#kill()
  }

  async #kill(): Promise<void> {
    await this.#worker?.kill()
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
    const worker = await this.#ready()
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
      this.#opened = null
      return { ...remainsOf(left, started, watch.hung(), this.#concurrency), reason }
    } finally {
      watch.end()
    }
  }

  #running(): ImportProcess {
    this.#worker ??= this.#start()
    return this.#worker
  }

  async #ready(): Promise<ImportProcess> {
    if (!this.#choices) throw new Error('a pool decodes what it was opened for')
    const worker = this.#running()
    const root = this.#choices.root.toString('base64')
    this.#opened ??= worker.guard(worker.client.open({ ...this.#choices, root, concurrency: this.#concurrency }))
    await this.#opened.catch((cause: unknown) => {
      this.#signal.throwIfAborted()
      throw fromWorker(cause)
    })
    return worker
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
function remainsOf(
  left: Map<number, FoundFile>,
  started: Map<number, number>,
  hung: number | null,
  concurrency: number,
): Omit<Remains, 'reason'> {
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
