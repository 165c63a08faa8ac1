/** Thumbnails in append-only pack files of 64 MB: where each lies is in the database, never a file each. */
import { mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from './pixel-cache'

const packLimit = 64 << 20

const packPath = (projectFolder: string, pack: number) =>
  join(projectFolder, 'thumbnails', `${String(pack).padStart(4, '0')}.pack`)

export interface PackPlace {
  pack: number
  offset: number
}

export class ThumbnailWriter {
  readonly #folder: string
  #end: PackPlace
  #waiting: { pack: number; offset: number; parts: Uint8Array[] }[] = []
  #file: { pack: number; handle: FileHandle } | null = null

  /** @param end just behind the last thumbnail that the database knows; what lies there from a killed import is overwritten. */
  constructor(projectFolder: string, end: PackPlace) {
    this.#folder = projectFolder
    this.#end = { ...end }
    mkdirSync(join(projectFolder, 'thumbnails'), { recursive: true })
  }

  /** Where it will lie; it does after `flush`. */
  put(bytes: Uint8Array): PackPlace {
    if (this.#end.offset > 0 && this.#end.offset + bytes.length > packLimit) this.#end = { pack: this.#end.pack + 1, offset: 0 }
    const place = { ...this.#end }
    this.#end.offset += bytes.length
    const last = this.#waiting.at(-1)
    if (last?.pack === place.pack) last.parts.push(bytes)
    else this.#waiting.push({ ...place, parts: [bytes] })
    return place
  }

  async flush(): Promise<void> {
    const waiting = this.#waiting
    this.#waiting = []
    for (const { pack, offset, parts } of waiting) await writeWhole(await this.#open(pack), Buffer.concat(parts), offset)
  }

  async close(): Promise<void> {
    await this.#file?.handle.datasync()
    await this.#file?.handle.close()
    this.#file = null
  }

  async #open(pack: number): Promise<FileHandle> {
    if (this.#file?.pack === pack) return this.#file.handle
    await this.close()
    const path = packPath(this.#folder, pack)
    await (await open(path, 'a')).close()
    const handle = await open(path, 'r+')
    this.#file = { pack, handle }
    return handle
  }
}

/** Reads thumbnails; a pack stays open until `close`, since a grid that scrolls asks for hundreds a second. Main-safe. */
export class ThumbnailReader {
  readonly #folder: string
  readonly #packs = new Map<number, Promise<FileHandle | null>>()
  #closed = false

  constructor(projectFolder: string) {
    this.#folder = projectFolder
  }

  /** Null when its pack is gone or shorter. */
  async read({ pack, offset, bytes: length }: PackPlace & { bytes: number }): Promise<Buffer<ArrayBuffer> | null> {
    const file = this.#closed ? null : await this.#open(pack)
    if (!file) return null
    const bytes = Buffer.alloc(length)
    const { bytesRead } = await file.read(bytes, 0, length, offset)
    return bytesRead === length ? bytes : null
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const file of this.#packs.values()) await (await file)?.close()
    this.#packs.clear()
  }

  #open(pack: number): Promise<FileHandle | null> {
    let file = this.#packs.get(pack)
    if (!file) {
      file = open(packPath(this.#folder, pack), 'r').catch(() => {
        this.#packs.delete(pack)
        return null
      })
      this.#packs.set(pack, file)
    }
    return file
  }
}
