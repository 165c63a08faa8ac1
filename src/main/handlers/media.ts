/** Images of the open project for the page: thumbnails from their packs, originals as they are or rendered. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { confined } from '../dataset/confined'
import { mapPath, mapVersion } from '../jobs/map-file'
import { Rendering } from '../jobs/rendering'
import type { Session } from './session'

interface Found {
  type: string
  body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>>
  tag: string
}

const columnType = 'application/octet-stream'

/** Formats that every browser shows as they are. */
const shown: Record<string, string> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
  avif: 'image/avif',
  svg: 'image/svg+xml',
}

export class ProjectMedia {
  readonly #session: Session
  readonly #rendering = new Rendering()

  constructor(session: Session) {
    this.#session = session
  }

  /** Else the image itself, where it was merged in from another copy or its pack was lost. */
  async thumbnail(ordinal: number): Promise<Found | null> {
    return (await this.#packed(ordinal)) ?? this.image(ordinal)
  }

  /** As data addresses in the order asked; null where there is none but the image itself. */
  thumbnails(ordinals: number[]): Promise<(string | null)[]> {
    return Promise.all(
      ordinals.map(async (ordinal) => {
        const found = await this.#packed(ordinal)
        return found && `data:${found.type};base64,${found.body.toString('base64')}`
      }),
    )
  }

  async image(ordinal: number): Promise<Found | null> {
    const project = this.#session.current
    if (!project || project.store.samples.rows([ordinal]).length === 0) return null
    const { places, format, sha256 } = project.store.samples.facts(ordinal)
    const folder = project.store.meta.facts()
    for (const { path } of places.filter(({ present }) => present)) {
      const absolute = await confined(folder, path).catch(() => null)
      if (!absolute || !(await isReadable(absolute))) continue
      const type = shown[format]
      if (type) return { type, body: Readable.toWeb(createReadStream(absolute)) as Found['body'], tag: sha256 }
      return { type: 'image/jpeg', body: await this.#rendering.render(absolute), tag: `${sha256}-rendered` }
    }
    return null
  }

  async map(runId: string | null): Promise<Found | null> {
    const store = this.#session.current?.store
    const run = runId === null ? store?.runs.active() : store?.runs.list().find(({ id }) => id === runId)
    const tag = store && run && (await mapVersion(store.folder, run.id))
    if (!tag) return null
    return { type: columnType, body: new Uint8Array(await readFile(mapPath(store.folder, run.id))), tag }
  }

  async column(field: string, granularity: number | null): Promise<Found | null> {
    const blob = await this.#session.current?.analysis.ask((client) => client.column({ field, granularity }))
    return blob ? { type: columnType, body: new Uint8Array(await blob.arrayBuffer()), tag: randomUUID() } : null
  }

  close(): Promise<void> {
    return this.#rendering.close()
  }

  async #packed(ordinal: number): Promise<(Found & { body: Buffer<ArrayBuffer> }) | null> {
    const project = this.#session.current
    const place = project?.store.samples.thumbnail(ordinal)
    if (!project || !place || place.bytes === 0) return null
    const body = await project.thumbnails.read(place)
    return body && { type: place.type, body, tag: `${String(project.store.meta.get('id'))}-${ordinal}` }
  }
}

async function isReadable(path: Buffer): Promise<boolean> {
  try {
    await (await open(path, 'r')).close()
    return true
  } catch {
    return false
  }
}
