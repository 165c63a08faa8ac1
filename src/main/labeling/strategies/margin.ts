/**
 * Smallest margin between the two likeliest classes first (Scheffer, Decomain & Wrobel 2001); where classes are independent, between yes
 * and no for the class least decided (binary minimum, Brinker 2006).
 */
import { bestApart } from './diverse'
import { type Guesses, type Strategy } from './strategy'
import { typical } from './typical'

export const margin: Strategy = {
  id: 'margin',
  async choose(pool, count, seed) {
    const { guesses } = pool
    if (!guesses) return typical.choose(pool, count, seed)
    const rows = bestApart(pool, count, (row) => -marginOf(guesses, row))
    return rows.map((row) => ({ row, why: `Handful is only ${Math.round(guesses.confidences[row]! * 100)}% sure of it` }))
  },
}

/** Calibrated probability of the likeliest class less that of the next. */
function marginOf({ probabilities, classCount, exponent, independent, confidences }: Guesses, row: number): number {
  if (independent) return 2 * confidences[row]! - 1
  let first = 0
  let second = 0
  let total = 0
  for (let at = row * classCount; at < (row + 1) * classCount; at++) {
    const p = probabilities[at]! ** exponent
    total += p
    if (p > first) [first, second] = [p, first]
    else if (p > second) second = p
  }
  return total > 0 ? (first - second) / total : 0
}
