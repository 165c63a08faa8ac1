/** Shows what a browser cannot: an import worker that renders originals, started when asked and ended when idle. */
import { importWorker } from '@shared/workers/import'
import { startWorker, type WorkerProcess } from '../hosts/worker'

/** Longer side of a rendered original, px. */
const side = 2048
/** A worker that nobody asked for this long is ended, ms. */
const idle = 30_000

export class Rendering {
  #worker: WorkerProcess<typeof importWorker> | null = null
  #timer: NodeJS.Timeout | undefined
  #asked = 0

  /** A JPEG of the image file at `path`. @throws when it cannot be decoded */
  async render(path: Buffer): Promise<Uint8Array<ArrayBuffer>> {
    clearTimeout(this.#timer)
    this.#asked++
    const worker = (this.#worker ??= this.#start())
    try {
      const blob = await worker.guard(worker.client.render({ path: path.toString('base64'), side }))
      return new Uint8Array(await blob.arrayBuffer())
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

  #start(): WorkerProcess<typeof importWorker> {
    const worker = startWorker('import', importWorker)
    void worker.exited.then(() => {
      if (this.#worker === worker) this.#worker = null
    })
    return worker
  }
}
