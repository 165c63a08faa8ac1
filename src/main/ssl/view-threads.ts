/** Threads that make the views of a batch together. */
import type { Batch, ViewJob } from './batches'
import { ViewThread } from './view-thread'

/** More take memory without being noticed. */
const mostThreads = 8

export class ViewThreads {
  private readonly nodeArguments: readonly string[]
  private readonly threads: ViewThread[] = []

  /** @param nodeArguments see `ViewThread` */
  constructor(nodeArguments: readonly string[]) {
    this.nodeArguments = nodeArguments
  }

  /** See `viewsOf`: the same bytes, whatever the number of threads. */
  async make(job: ViewJob, threads: number): Promise<Uint8Array> {
    const parts = partsOf(job, Math.min(threads, mostThreads))
    while (this.threads.length < parts.length) this.threads.push(new ViewThread(this.nodeArguments))
    const made = await Promise.all(parts.map((part, at) => this.threads[at]!.make(part)))
    return made.length === 1 ? made[0]! : joined(made, job.views)
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()))
  }
}

/** Jobs of about as many samples each, in order. */
function partsOf(job: ViewJob, count: number): ViewJob[] {
  const { positions, pixels, partners } = job
  const bytes = pixels.length / positions.length
  const each = Math.ceil(positions.length / count)
  return Array.from({ length: Math.ceil(positions.length / each) }, (_, part) => {
    const [from, until] = [part * each, Math.min((part + 1) * each, positions.length)]
    const cut = (whole: Pick<Batch, 'positions' | 'pixels'>) => {
      return { positions: whole.positions.slice(from, until), pixels: whole.pixels.slice(from * bytes, until * bytes) }
    }
    return { ...job, ...cut(job), ...(partners && { partners: cut(partners) }) }
  })
}

/** First views of all samples first. */
function joined(parts: readonly Uint8Array[], views: number): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let to = 0
  for (let view = 0; view < views; view++) {
    for (const part of parts) {
      const length = part.length / views
      all.set(part.subarray(view * length, (view + 1) * length), to)
      to += length
    }
  }
  return all
}
