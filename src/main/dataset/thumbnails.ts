/** Thumbnails in append-only pack files of 64 MB: where each lies is in the database, never a file each. */
import { mkdirSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

const packLimit = 64 << 20

/** Main-safe. */
export const packPath = (projectFolder: string, pack: number) =>
  join(projectFolder, 'thumbnails', `${String(pack).padStart(4, '0')}.pack`)

export interface PackPlace {
  pack: number
  offset: number
}

export class ThumbnailWriter {
  readonly #folder: string
  #end: PackPlace
  #file: Promise<FileHandle> | null = null

  /** @param end just behind the last thumbnail that the database knows; what lies there from a killed import is overwritten. */
  constructor(projectFolder: string, end: PackPlace) {
    this.#folder = projectFolder
    this.#end = { ...end }
    mkdirSync(join(projectFolder, 'thumbnails'), { recursive: true })
  }

  /** Calls may overlap. */
  async append(bytes: Uint8Array): Promise<PackPlace> {
    if (this.#end.offset > 0 && this.#end.offset + bytes.length > packLimit) {
      const full = this.#file
      this.#end = { pack: this.#end.pack + 1, offset: 0 }
      this.#file = null
      await (await full)?.close()
    }
    const place = { ...this.#end }
    this.#end.offset += bytes.length
    this.#file ??= open(packPath(this.#folder, place.pack), 'a').then(async (touched) => {
      await touched.close()
      return open(packPath(this.#folder, place.pack), 'r+')
    })
    await (await this.#file).write(bytes, 0, bytes.length, place.offset)
    return place
  }

  async close(): Promise<void> {
    await (await this.#file)?.close()
    this.#file = null
  }
}

/** One thumbnail; null when its pack is gone or shorter. Main-safe. */
export async function readThumbnail(projectFolder: string, place: PackPlace & { bytes: number }): Promise<Buffer | null> {
  const file = await open(packPath(projectFolder, place.pack), 'r').catch(() => null)
  if (!file) return null
  try {
    const bytes = Buffer.alloc(place.bytes)
    const { bytesRead } = await file.read(bytes, 0, place.bytes, place.offset)
    return bytesRead === place.bytes ? bytes : null
  } finally {
    await file.close()
  }
}
