/** A thread that makes views. */
import { type MessagePort, Worker } from 'node:worker_threads'
import { type ViewJob, viewsOf } from './batches'

interface Waiting {
  resolve: (views: Uint8Array) => void
  reject: (cause: unknown) => void
}

export class ViewThread {
  readonly #entry: string
  readonly #execArgv: string[]
  #thread: Worker | null = null
  /** In the order asked, which is that of the answers. */
  #waiting: Waiting[] = []

  /** @param nodeArguments what Node runs for a thread that calls `serveViews`: options, then the entry file */
  constructor(nodeArguments: readonly string[]) {
    this.#entry = nodeArguments.at(-1)!
    this.#execArgv = nodeArguments.slice(0, -1)
  }

  /** See `viewsOf`. Takes the pixels of the job; the thread begins with the first one. */
  make(job: ViewJob): Promise<Uint8Array> {
    const thread = (this.#thread ??= this.#begin())
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      const taken = [job.pixels, ...(job.partners ? [job.partners.pixels] : [])]
      thread.postMessage(
        job,
        taken.map(({ buffer }) => buffer as ArrayBuffer),
      )
    })
  }

  async close(): Promise<void> {
    await this.#thread?.terminate()
  }

  #begin(): Worker {
    const thread = new Worker(this.#entry, { execArgv: this.#execArgv })
    thread.unref()
    thread.on('message', (views: Uint8Array) => this.#waiting.shift()!.resolve(views))
    thread.on('error', (cause) => this.#fail(thread, cause))
    thread.on('exit', () => this.#fail(thread, new Error('the thread that makes views has ended')))
    return thread
  }

  #fail(thread: Worker, cause: unknown): void {
    if (this.#thread !== thread) return
    this.#thread = null
    for (const { reject } of this.#waiting.splice(0)) reject(cause)
  }
}

/** The thread's end: one batch of views per message. */
export function serveViews(port: MessagePort): void {
  port.on('message', (job: ViewJob) => {
    const views = viewsOf(job)
    port.postMessage(views, [views.buffer as ArrayBuffer])
  })
}
