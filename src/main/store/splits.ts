/** Splits as exports planned them or label files brought them: kept, so that no sample ever changes sides. */
import type { Database } from 'better-sqlite3'

export class Splits {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** By ordinal: 1 train, 2 validation, 3 test, 0 none; null when nothing is kept under this name. */
  parts(name: string): Uint8Array | null {
    return this.#database.prepare<[string], Buffer>('SELECT parts FROM split WHERE name = ?').pluck().get(name) ?? null
  }

  /** Samples that have a part keep it; the others get theirs. */
  keep(name: string, parts: Uint8Array): void {
    const kept = this.parts(name)
    const all = Buffer.alloc(Math.max(parts.length, kept?.length ?? 0))
    for (let ordinal = 0; ordinal < all.length; ordinal++) {
      const before = kept?.[ordinal] ?? 0
      all[ordinal] = before > 0 ? before : (parts[ordinal] ?? 0)
    }
    this.#database
      .prepare('INSERT INTO split VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET parts = excluded.parts')
      .run(name, all)
  }
}
