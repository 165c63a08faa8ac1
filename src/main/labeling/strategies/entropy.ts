/** Highest entropy of the guess first (Shannon 1948; Settles & Craven 2008). */
import { bestApart } from './diverse'
import type { Guesses, Strategy } from './strategy'
import { typical } from './typical'

export const entropy: Strategy = {
  id: 'entropy',
  async choose(pool, count, seed) {
    const { guesses } = pool
    if (!guesses) return typical.choose(pool, count, seed)
    const rows = bestApart(pool, count, (row) => entropyOf(guesses, row))
    if (guesses.independent) return rows.map((row) => ({ row, why: unsureOf(guesses, row) }))
    return rows.map((row) => {
      const classes = Math.round(Math.exp(entropyOf(guesses, row)))
      return { row, why: classes > 1 ? `Handful wavers between about ${classes} classes` : 'Handful is not quite sure of it' }
    })
  },
}

/** A class counts as open while it is between one in five and four in five. */
function unsureOf({ probabilities, classCount }: Guesses, row: number): string {
  const open = probabilities.subarray(row * classCount, (row + 1) * classCount).filter((p) => p > 0.2 && p < 0.8).length
  if (open === 0) return 'Handful is not quite sure of it'
  return open === 1
    ? 'Handful is unsure whether one of the classes is there'
    : `Handful is unsure whether ${open} classes are there`
}

/** Of the calibrated probabilities, in nats; of independent classes the sum of theirs. */
function entropyOf({ probabilities, classCount, exponent, independent }: Guesses, row: number): number {
  if (independent) {
    const mine = probabilities.subarray(row * classCount, (row + 1) * classCount)
    return mine.reduce((sum, p) => sum + binaryEntropy(p), 0)
  }
  let total = 0
  let weighted = 0
  for (let at = row * classCount; at < (row + 1) * classCount; at++) {
    const p = probabilities[at]! ** exponent
    if (p < 1e-12) continue
    total += p
    weighted += p * Math.log(p)
  }
  return total > 0 ? Math.log(total) - weighted / total : 0
}

/** Of yes and no, nats. */
export function binaryEntropy(p: number): number {
  return p < 1e-12 || p > 1 - 1e-12 ? 0 : -p * Math.log(p) - (1 - p) * Math.log(1 - p)
}
