/** Groups of samples that are near copies of one another, and the hashes by which they are found. */
import type { Database } from 'better-sqlite3'
import { Meta } from './meta'

const name = 'nearCopies'

export class NearCopies {
  readonly #database: Database
  readonly #meta: Meta
  constructor(database: Database) {
    this.#database = database
    this.#meta = new Meta(database)
  }

  /** Replaces all groups. @param groups by ordinal: the lowest ordinal of its group */
  put(groups: Uint32Array): void {
    this.#meta.set(name, Buffer.from(groups.buffer, groups.byteOffset, groups.byteLength))
  }

  /** By ordinal: the lowest ordinal of its group, its own when it has no near copy or came after they were looked for. */
  groups(count: number): Uint32Array {
    const stored = this.#meta.get(name) as Buffer | null
    const known = new Uint32Array(Uint8Array.from(stored ?? []).buffer)
    return Uint32Array.from({ length: count }, (_, ordinal) => known[ordinal] ?? ordinal)
  }

  /** uint8 [count, 32] */
  hashes(count: number): Uint8Array {
    const hashes = new Uint8Array(count * 32)
    const rows = this.#database.prepare<[], { ordinal: number; hash: Buffer }>(
      'SELECT ordinal, perceptual_hash AS hash FROM sample WHERE perceptual_hash IS NOT NULL',
    )
    for (const { ordinal, hash } of rows.iterate()) hashes.set(hash, ordinal * 32)
    return hashes
  }
}
