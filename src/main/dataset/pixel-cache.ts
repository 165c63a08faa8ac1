/** Pixels of every sample at one input size, RGB, by ordinal: what encoders read. May be deleted and made again. */
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Fit } from '@shared/model'

export const pixelPath = (projectFolder: string, size: number, fit: Fit) => join(projectFolder, 'pixels', `${size}-${fit}.u8`)

/** Bytes of one sample. */
export const pixelBytes = (size: number) => size * size * 3

export class PixelWriter {
  readonly #size: number
  readonly #file: number

  constructor(projectFolder: string, size: number, fit: Fit) {
    const path = pixelPath(projectFolder, size, fit)
    this.#size = size
    mkdirSync(dirname(path), { recursive: true })
    this.#file = openSync(path, existsSync(path) ? 'r+' : 'w+')
  }

  /** At once, so that a sample's ordinal is told in the order in which it was given. */
  write(ordinal: number, pixels: Uint8Array): void {
    writeSync(this.#file, pixels, 0, pixels.length, ordinal * pixelBytes(this.#size))
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Structurally an ImageSource of the encoders. */
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

  /** uint8 [ordinals.length, size, size, 3] */
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
