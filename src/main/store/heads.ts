/** The latest head of each run and its pseudo-labels: a class index and a confidence per ordinal. */
import type { Database } from 'better-sqlite3'

const pieceBytes = 1 << 20

export interface HeadRecord {
  id: number
  run: string
  method: string
  /** Class UUIDs; pseudo-labels index them. */
  classes: string[]
  /** What the head says of itself (see the contract's HeadState). */
  state: Record<string, unknown>
  /** The annotation log's entry it was fitted at. */
  seq: number
  createdAt: number
}

export interface PseudoLabels {
  /**
   * Absent: one pseudo-label per ordinal. In multi-label projects those of ordinal i stand from starts[i] to starts[i + 1],
   * the surest first.
   */
  starts?: Uint32Array
  /** Class index; in single-label projects by ordinal, 65535 where there is none. */
  classes: Uint16Array
  confidences: Float32Array
}

export class Heads {
  readonly #database: Database
  constructor(database: Database) {
    this.#database = database
  }

  latest(run: string): HeadRecord | null {
    const row = this.#database
      .prepare<
        [string],
        { id: number; run: string; method: string; classes: string; state: string; seq: number; created_at: number }
      >('SELECT * FROM head WHERE run = ? ORDER BY id DESC LIMIT 1')
      .get(run)
    if (!row) return null
    const { classes, state, created_at: createdAt, ...rest } = row
    return { ...rest, createdAt, classes: JSON.parse(classes) as string[], state: JSON.parse(state) as Record<string, unknown> }
  }

  /** Stores a head with its pseudo-labels and drops the run's earlier ones. */
  put(head: Omit<HeadRecord, 'id' | 'createdAt'>, pseudoLabels: PseudoLabels): void {
    this.#database.transaction(() => {
      this.#database.prepare('DELETE FROM head WHERE run = ?').run(head.run)
      const { lastInsertRowid: id } = this.#database
        .prepare('INSERT INTO head (run, method, classes, state, seq, created_at) VALUES (?, ?, ?, ?, ?, ?)')
        .run(head.run, head.method, JSON.stringify(head.classes), JSON.stringify(head.state), head.seq, Date.now())
      this.#putColumn(id, 'class', pseudoLabels.classes)
      this.#putColumn(id, 'confidence', pseudoLabels.confidences)
      if (pseudoLabels.starts) this.#putColumn(id, 'start', pseudoLabels.starts)
    })()
  }

  clear(run: string): void {
    this.#database.prepare('DELETE FROM head WHERE run = ?').run(run)
  }

  pseudoLabels(head: number): PseudoLabels {
    const classes = this.#column(head, 'class')
    const confidences = this.#column(head, 'confidence')
    const starts = this.#column(head, 'start')
    return {
      ...(starts.length ? { starts: new Uint32Array(starts.buffer, 0, starts.length / 4) } : {}),
      classes: new Uint16Array(classes.buffer, 0, classes.length / 2),
      confidences: new Float32Array(confidences.buffer, 0, confidences.length / 4),
    }
  }

  #putColumn(head: number | bigint, name: string, column: Uint16Array | Uint32Array | Float32Array): void {
    const bytes = Buffer.from(column.buffer, column.byteOffset, column.byteLength)
    const insert = this.#database.prepare('INSERT INTO head_column (head, name, piece, data) VALUES (?, ?, ?, ?)')
    for (let piece = 0; piece * pieceBytes < bytes.length; piece++) {
      insert.run(head, name, piece, bytes.subarray(piece * pieceBytes, (piece + 1) * pieceBytes))
    }
  }

  /** In a buffer of its own, from its first byte. */
  #column(head: number, name: string): Uint8Array {
    const pieces = this.#database
      .prepare<[number, string], Buffer>('SELECT data FROM head_column WHERE head = ? AND name = ? ORDER BY piece')
      .pluck()
      .all(head, name)
    return Uint8Array.from(Buffer.concat(pieces))
  }
}
