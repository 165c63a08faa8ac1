/** Counting and choosing pseudo-labels: only of samples that nobody has labeled. */
import { type Columns, hasPseudoLabel } from './columns'

export interface Above {
  classId?: string | undefined
  minConfidence: number
}

export function histogram(columns: Columns): { classId: string; pseudoLabels: number; histogram: number[] }[] {
  const rows = columns.classes.map((classId) => ({ classId, pseudoLabels: 0, histogram: new Array<number>(10).fill(0) }))
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    if (!hasPseudoLabel(columns, ordinal)) continue
    const row = rows[columns.predictions[ordinal]!]!
    row.pseudoLabels++
    row.histogram[Math.min(9, Math.floor(columns.confidences[ordinal]! * 10))]!++
  }
  return rows
}

export function ordinalsAbove(columns: Columns, { classId, minConfidence }: Above): Uint32Array {
  const index = classId === undefined ? null : columns.classes.indexOf(classId)
  const found: number[] = []
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    const fits = index === null || columns.predictions[ordinal] === index
    if (fits && hasPseudoLabel(columns, ordinal) && columns.confidences[ordinal]! >= minConfidence) found.push(ordinal)
  }
  return Uint32Array.from(found)
}
