/** Embeddings of a run: chunks of 4,096 ordinals with a bitmap of those present. */
import type { Database } from 'better-sqlite3'

export const chunkSize = 4096

export interface Embeddings {
  /** Ascending. */
  ordinals: Uint32Array
  dimensions: number
  /** [ordinals.length, dimensions], row i belongs to ordinals[i]. */
  data: Float32Array
}

const isPresent = (present: Uint8Array, row: number) => (present[row >> 3]! & (1 << (row & 7))) !== 0

/**
 * Adds or replaces rows of one chunk.
 * @param rows positions in the chunk, 0 … 4095
 * @param data float32 [rows.length, dimensions]
 */
export function putEmbeddings(database: Database, run: string, chunk: number, rows: ArrayLike<number>, data: Float32Array): void {
  const dimensions = data.length / rows.length
  database.transaction(() => {
    const old = database
      .prepare<[string, number], { present: Buffer; data: Buffer }>(
        'SELECT present, data FROM embedding WHERE run = ? AND chunk = ?',
      )
      .get(run, chunk)
    const present = old ? Buffer.from(old.present) : Buffer.alloc(chunkSize / 8)
    const whole = old ? Buffer.from(old.data) : Buffer.alloc(chunkSize * dimensions * 4)
    if (whole.length !== chunkSize * dimensions * 4) {
      throw new Error(`embedding dimension changed mid-run (${whole.length / chunkSize / 4} → ${dimensions})`)
    }
    const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!
      present[row >> 3]! |= 1 << (row & 7)
      bytes.copy(whole, row * dimensions * 4, index * dimensions * 4, (index + 1) * dimensions * 4)
    }
    database
      .prepare('INSERT OR REPLACE INTO embedding (run, chunk, present, data) VALUES (?, ?, ?, ?)')
      .run(run, chunk, present, whole)
  })()
}

/**
 * All embeddings of a run; dimensions 0 when there are none.
 * @param order of the rows, ascending when left out; ordinals without an embedding are passed over
 */
export function readEmbeddings(database: Database, run: string, order?: Uint32Array): Embeddings {
  const present = embeddedOrdinals(database, run)
  const rowOf = new Int32Array((present.at(-1) ?? -1) + 1).fill(-1)
  const isThere = -2
  for (const ordinal of present) rowOf[ordinal] = isThere
  const ordinals = order ? order.filter((ordinal) => rowOf[ordinal] === isThere) : present
  ordinals.forEach((ordinal, row) => (rowOf[ordinal] = row))
  const chunks = database.prepare<[string], { chunk: number; present: Buffer; data: Buffer }>(
    'SELECT chunk, present, data FROM embedding WHERE run = ? ORDER BY chunk',
  )
  let dimensions = 0
  let data = new Float32Array(0)
  for (const { chunk, present, data: bytes } of chunks.iterate(run)) {
    if (dimensions === 0) {
      dimensions = bytes.length / chunkSize / 4
      data = new Float32Array(ordinals.length * dimensions)
    }
    const values = floats(bytes)
    for (let index = 0; index < chunkSize; index++) {
      const row = isPresent(present, index) ? rowOf[chunk * chunkSize + index]! : -1
      if (row < 0) continue
      const [from, to] = [index * dimensions, row * dimensions]
      for (let at = 0; at < dimensions; at++) data[to + at] = values[from + at]!
    }
  }
  return { ordinals, dimensions, data }
}

/** Embeddings of some samples, chunk by chunk. @param wanted ascending; those without an embedding are left out */
export function readEmbeddingsOf(database: Database, run: string, wanted: Uint32Array): Embeddings {
  const read = database.prepare<[string, number], { present: Buffer; data: Buffer }>(
    'SELECT present, data FROM embedding WHERE run = ? AND chunk = ?',
  )
  const rows: Float32Array[] = []
  const ordinals: number[] = []
  for (const [chunk, some] of Map.groupBy(wanted, (ordinal) => Math.floor(ordinal / chunkSize))) {
    const found = read.get(run, chunk)
    if (!found) continue
    const dimensions = found.data.length / chunkSize / 4
    const values = floats(found.data)
    for (const ordinal of some) {
      const row = ordinal % chunkSize
      if (!isPresent(found.present, row)) continue
      ordinals.push(ordinal)
      rows.push(values.slice(row * dimensions, (row + 1) * dimensions))
    }
  }
  const dimensions = rows[0]?.length ?? 0
  const data = new Float32Array(rows.length * dimensions)
  rows.forEach((row, at) => data.set(row, at * dimensions))
  return { ordinals: Uint32Array.from(ordinals), dimensions, data }
}

/** Ascending ordinals that have an embedding. */
export function embeddedOrdinals(database: Database, run: string): Uint32Array {
  const ordinals: number[] = []
  const chunks = database.prepare<[string], { chunk: number; present: Buffer }>(
    'SELECT chunk, present FROM embedding WHERE run = ? ORDER BY chunk',
  )
  for (const { chunk, present } of chunks.iterate(run)) {
    for (let index = 0; index < chunkSize; index++) if (isPresent(present, index)) ordinals.push(chunk * chunkSize + index)
  }
  return Uint32Array.from(ordinals)
}

function floats(bytes: Buffer): Float32Array {
  if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
