/** What a multi-label project has beside the columns: several labels and several pseudo-labels a sample. */
import type { LabelRow, Reader } from '../../store/reader'

/** What somebody said of a sample and a class. */
export interface Said {
  /** Class index, or `unknown`. */
  index: number
  /** False: a person says that it is not so. */
  inForce: boolean
  source: LabelRow['source']
  confirmed: boolean
  drawn: boolean
}

/** Pseudo-labels in compressed rows: those of ordinal i stand from starts[i] to starts[i + 1], the surest first. */
export interface Guesses {
  starts: Uint32Array
  classes: Uint16Array
  confidences: Float32Array
}

export interface MultiColumns {
  /** By ordinal; samples of which nobody said anything are left out. */
  said: Map<number, Said[]>
  guesses: Guesses
}

export const noGuesses = (): Guesses => ({
  starts: new Uint32Array(1),
  classes: new Uint16Array(0),
  confidences: new Float32Array(0),
})

/** Null in single-label projects. */
export const multiColumns = (reader: Reader): MultiColumns | null =>
  reader.meta.facts().labeling === 'multi' ? { said: new Map(), guesses: noGuesses() } : null

/** Takes over one touched row. */
export function hear({ said }: MultiColumns, row: LabelRow, index: number): void {
  const others = (said.get(row.ordinal) ?? []).filter((other) => other.index !== index)
  if (row.at > 0) others.push({ index, inForce: !row.cleared, source: row.source, confirmed: row.confirmed, drawn: row.drawn })
  if (others.length) said.set(row.ordinal, others)
  else said.delete(row.ordinal)
}

/** Those of which something is in force, the lowest class first. */
export const inForce = ({ said }: MultiColumns, ordinal: number): Said[] =>
  (said.get(ordinal) ?? []).filter((one) => one.inForce).sort((a, b) => a.index - b.index)
