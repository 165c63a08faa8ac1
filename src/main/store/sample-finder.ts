/** Finds samples by what a label file may call them. */
import type { Database } from 'better-sqlite3'

export class SampleFinder {
  readonly #database: Database
  readonly #byPath
  readonly #byHash
  #names: Map<string, number | 'several'> | null = null

  constructor(database: Database) {
    this.#database = database
    this.#byPath = database.prepare<[Buffer], number>('SELECT ordinal FROM file WHERE path = ?').pluck()
    this.#byHash = database.prepare<[Buffer], number>('SELECT ordinal FROM sample WHERE sha256 = ?').pluck()
  }

  /** Relative to the image folder; bytes that are no text as `\xNN`. */
  byPath(path: string): number | null {
    return this.#byPath.get(Buffer.from(path)) ?? (path.includes('\\x') ? this.#byPath.get(bytesOfShown(path)) : null) ?? null
  }

  /** By file name; `several` when different samples bear it. */
  byName(name: string): number | 'several' | null {
    this.#names ??= this.#allNames()
    return this.#names.get(name) ?? null
  }

  byHash(sha256: string): number | null {
    return this.#byHash.get(Buffer.from(sha256, 'hex')) ?? null
  }

  #allNames(): Map<string, number | 'several'> {
    const names = new Map<string, number | 'several'>()
    const rows = this.#database.prepare<[], { path: Buffer; ordinal: number }>('SELECT path, ordinal FROM file').iterate()
    for (const { path, ordinal } of rows) {
      const name = path.subarray(path.lastIndexOf('/') + 1).toString()
      const before = names.get(name)
      names.set(name, before === undefined || before === ordinal ? ordinal : 'several')
    }
    return names
  }
}

const bytesOfShown = (shown: string) =>
  Buffer.concat(
    shown
      .split(/(\\x[0-9a-fA-F]{2})/)
      .map((part) => (/^\\x[0-9a-fA-F]{2}$/.test(part) ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))),
  )
