/** A run's embeddings in canonical order: by content hash, whatever the files are called and whenever they were imported. */
import { type Matrix, matrix } from '../../engine/linear-algebra'
import type { Reader } from '../../store/reader'

export interface CanonicalRows {
  /** [rows, dimensions] */
  embeddings: Matrix
  /** Ordinal of each row. */
  ordinals: Uint32Array
}

export function canonicalRows(reader: Reader, runId: string): CanonicalRows {
  const { ordinals: stored, dimensions, data } = reader.embeddings(runId)
  const rowOf = new Int32Array(reader.sampleCount()).fill(-1)
  stored.forEach((ordinal, row) => (rowOf[ordinal] = row))
  const ordinals = reader.canonicalOrder().filter((ordinal) => rowOf[ordinal]! >= 0)
  const embeddings = matrix(ordinals.length, dimensions)
  ordinals.forEach((ordinal, row) => {
    const from = rowOf[ordinal]! * dimensions
    embeddings.data.set(data.subarray(from, from + dimensions), row * dimensions)
  })
  return { embeddings, ordinals }
}
