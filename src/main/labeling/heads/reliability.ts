/** How far confidences are from the share that is right: reliability curve, expected calibration error, Brier score. */

import type { Reliability } from '@shared/contract/progress'

export interface Guess {
  confidence: number
  right: boolean
}

const mostBins = 10
/** Fewer guesses in a bin say nothing. */
const fewestPerBin = 5

/**
 * Equal-mass bins; the error is the mean gap between confidence and accuracy over them, each gap's square less the variance of the share
 * right, which the plain estimate counts as error (Ferro & Fricker 2012; Kumar, Liang & Ma 2019).
 */
export function reliability(guesses: readonly Guess[]): Reliability {
  if (guesses.length === 0) return { bins: [], error: 0, brier: 0 }
  const sorted = [...guesses].sort((a, b) => a.confidence - b.confidence)
  const count = Math.max(1, Math.min(mostBins, Math.floor(sorted.length / fewestPerBin)))
  const bins = Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * sorted.length) / count)
    return sorted.slice(from, Math.floor(((at + 1) * sorted.length) / count))
  })
  return {
    bins: bins.map((bin) => ({ confidence: meanConfidence(bin), accuracy: accuracy(bin), count: bin.length })),
    error: bins.reduce((sum, bin) => sum + (bin.length / sorted.length) * gap(bin), 0),
    brier: sorted.reduce((sum, { confidence, right }) => sum + (confidence - Number(right)) ** 2, 0) / sorted.length,
  }
}

const meanConfidence = (bin: Guess[]) => bin.reduce((sum, { confidence }) => sum + confidence, 0) / bin.length
const accuracy = (bin: Guess[]) => bin.reduce((sum, { right }) => sum + Number(right), 0) / bin.length

function gap(bin: Guess[]): number {
  const right = accuracy(bin)
  const variance = (right * (1 - right)) / Math.max(1, bin.length - 1)
  return Math.sqrt(Math.max(0, (meanConfidence(bin) - right) ** 2 - variance))
}
