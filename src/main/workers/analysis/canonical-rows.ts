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
  const { ordinals, dimensions, data } = reader.embeddings(runId, reader.canonicalOrder())
  return { embeddings: matrix(ordinals.length, dimensions, data), ordinals }
}
