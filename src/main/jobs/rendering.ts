/** Shows what a browser cannot: originals rendered in an import worker. */
import { importWorker } from '@shared/workers/import'
import { OccasionalWorker } from './occasional-worker'

/** Longer side of a rendered original, px. */
const side = 2048

export class Rendering {
  readonly #worker = new OccasionalWorker('import', importWorker, 30_000)

  /** A JPEG of the image file at `path`. @throws when it cannot be decoded */
  async render(path: Buffer): Promise<Uint8Array<ArrayBuffer>> {
    const blob = await this.#worker.ask((client) => client.render({ path: path.toString('base64'), side }))
    return new Uint8Array(await blob.arrayBuffer())
  }

  close(): Promise<void> {
    return this.#worker.close()
  }
}
