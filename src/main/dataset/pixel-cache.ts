/** Pixels of every sample at one input size, RGB, by ordinal: what encoders read. May be deleted and is made again. */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Fit } from '@shared/model'

const folderOf = (projectFolder: string) => join(projectFolder, 'pixels')
const pixelPath = (projectFolder: string, size: number, fit: Fit) => join(folderOf(projectFolder), `${size}-${fit}.u8`)
/** One byte per ordinal: 1 where its pixels are written whole. */
const presencePath = (projectFolder: string, size: number, fit: Fit) => join(folderOf(projectFolder), `${size}-${fit}.have`)

/** Bytes of one sample. */
export const pixelBytes = (size: number) => size * size * 3

/** Ordinals below `count` whose pixels are not in the cache. Main-safe. */
export function missingPixels(projectFolder: string, size: number, fit: Fit, count: number): number[] {
  const have = presentIn(projectFolder, size, fit)
  return Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => have[ordinal] !== 1)
}

/** Removes the pixels of all sizes but this one. Main-safe. */
export async function removeOtherPixels(projectFolder: string, size: number): Promise<void> {
  const folder = folderOf(projectFolder)
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (!name.startsWith(`${size}-`)) await rm(join(folder, name), { force: true })
}

/** Nothing is present where the pixels themselves are gone or cut short. */
function presentIn(projectFolder: string, size: number, fit: Fit): Uint8Array {
  const [pixels, presence] = [pixelPath(projectFolder, size, fit), presencePath(projectFolder, size, fit)]
  if (!existsSync(pixels) || !existsSync(presence)) return new Uint8Array(0)
  const file = openSync(pixels, 'r')
  try {
    return readFileSync(presence).subarray(0, Math.floor(fstatSync(file).size / pixelBytes(size)))
  } finally {
    closeSync(file)
  }
}

interface Row {
  ordinal: number
  pixels: Uint8Array
}

export class PixelWriter {
  readonly #size: number
  readonly #pixels: FileHandle
  readonly #presence: FileHandle
  #rows: Row[] = []

  private constructor(size: number, pixels: FileHandle, presence: FileHandle) {
    this.#size = size
    this.#pixels = pixels
    this.#presence = presence
  }

  static async open(projectFolder: string, size: number, fit: Fit): Promise<PixelWriter> {
    mkdirSync(folderOf(projectFolder), { recursive: true })
    const pixels = pixelPath(projectFolder, size, fit)
    // Pixels that went away took what is said of them along.
    const presenceFlags = existsSync(pixels) ? 'a' : 'w'
    await (await open(presencePath(projectFolder, size, fit), presenceFlags)).close()
    await (await open(pixels, 'a')).close()
    return new PixelWriter(size, await open(pixels, 'r+'), await open(presencePath(projectFolder, size, fit), 'r+'))
  }

  /** Keeps them until `flush`. */
  put(ordinal: number, pixels: Uint8Array): void {
    this.#rows.push({ ordinal, pixels })
  }

  /** Neighbours in one write; presence is told after the pixels. */
  async flush(): Promise<void> {
    const rows = this.#rows.sort((a, b) => a.ordinal - b.ordinal)
    this.#rows = []
    for (const run of runsOf(rows)) {
      const [{ ordinal }] = run as [Row]
      const bytes = Buffer.concat(run.map(({ pixels }) => pixels))
      await writeWhole(this.#pixels, bytes, ordinal * pixelBytes(this.#size))
      await writeWhole(this.#presence, Buffer.alloc(run.length, 1), ordinal)
    }
  }

  async close(): Promise<void> {
    await this.#pixels.datasync()
    await this.#pixels.close()
    await this.#presence.close()
  }
}

function runsOf(rows: Row[]): Row[][] {
  const runs: Row[][] = []
  for (const row of rows) {
    const last = runs.at(-1)
    if (last && last.at(-1)!.ordinal + 1 === row.ordinal) last.push(row)
    else runs.push([row])
  }
  return runs
}

/** A write may stop short without an error, on a disk that fills up. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

/** Structurally an ImageSource of the encoders; ordinals are its positions. */
export class PixelCache {
  readonly size: number
  readonly channels = 3
  /** Samples with room in the file. */
  readonly count: number
  readonly #file: number

  constructor(projectFolder: string, size: number, fit: Fit) {
    this.size = size
    this.#file = openSync(pixelPath(projectFolder, size, fit), 'r')
    this.count = Math.floor(fstatSync(this.#file).size / pixelBytes(size))
  }

  /** uint8 [ordinals.length, size, size, 3]; black where there are none. */
  read(ordinals: ArrayLike<number>): Uint8Array {
    const each = pixelBytes(this.size)
    const pixels = new Uint8Array(ordinals.length * each)
    for (let from = 0; from < ordinals.length;) {
      let until = from + 1
      while (until < ordinals.length && ordinals[until] === ordinals[until - 1]! + 1) until++
      readSync(this.#file, pixels, from * each, (until - from) * each, ordinals[from]! * each)
      from = until
    }
    return pixels
  }

  close(): void {
    closeSync(this.#file)
  }
}
