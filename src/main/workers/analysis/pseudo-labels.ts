/** Counting and choosing open pseudo-labels. */
import type { Columns } from './columns'
import { eachGuess } from './guesses'

export interface Above {
  classId?: string | undefined
  minConfidence: number
}

export function histogram(columns: Columns): { classId: string; pseudoLabels: number; histogram: number[] }[] {
  const rows = columns.classes.map((classId) => ({ classId, pseudoLabels: 0, histogram: new Array<number>(10).fill(0) }))
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    eachGuess(columns, ordinal, (index, confidence) => {
      rows[index]!.pseudoLabels++
      rows[index]!.histogram[Math.min(9, Math.floor(confidence * 10))]!++
    })
  }
  return rows
}

/** Pairs of sample and class, by ordinal. */
export function guessesAbove(columns: Columns, { classId, minConfidence }: Above) {
  const wanted = classId === undefined ? null : columns.classes.indexOf(classId)
  const found = { ordinals: [] as number[], predictions: [] as number[], confidences: [] as number[] }
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    eachGuess(columns, ordinal, (index, confidence) => {
      if ((wanted !== null && index !== wanted) || confidence < minConfidence) return
      found.ordinals.push(ordinal)
      found.predictions.push(index)
      found.confidences.push(confidence)
    })
  }
  return found
}
