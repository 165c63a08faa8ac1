/** Open pseudo-labels: of samples that nobody has labeled, or in multi-label projects of classes that nobody has spoken of. */
import { type Columns, hasPseudoLabel, noLabel, unknown } from './columns'

/** Calls `visit` with class index and confidence of each, the surest first. */
export function eachGuess(columns: Columns, ordinal: number, visit: (index: number, confidence: number) => void): void {
  const { multi, predictions, confidences } = columns
  if (!multi) {
    if (hasPseudoLabel(columns, ordinal)) visit(predictions[ordinal]!, confidences[ordinal]!)
    return
  }
  const { starts, classes, confidences: sure } = multi.guesses
  const said = multi.said.get(ordinal)
  if (said?.some(({ index, inForce }) => inForce && index === unknown)) return
  for (let at = starts[ordinal] ?? 0; at < (starts[ordinal + 1] ?? 0); at++) {
    if (!said?.some(({ index }) => index === classes[at])) visit(classes[at]!, sure[at]!)
  }
}

export function guessed(columns: Columns, ordinal: number, fits: (index: number, confidence: number) => boolean): boolean {
  let found = false
  eachGuess(columns, ordinal, (index, confidence) => (found ||= fits(index, confidence)))
  return found
}

/** The last fit guesses another class than the one before; single labels only. */
export function guessChanged({ before, predictions, labels, multi }: Columns, ordinal: number): boolean {
  const was = before[ordinal] ?? noLabel
  return !multi && labels[ordinal] === noLabel && was !== noLabel && predictions[ordinal] !== was
}
