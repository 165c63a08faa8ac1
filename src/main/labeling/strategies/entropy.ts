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
    return rows.map((row) => {
      const classes = Math.round(Math.exp(entropyOf(guesses, row)))
      return { row, why: classes > 1 ? `Handful wavers between about ${classes} classes` : 'Handful is not quite sure of it' }
    })
  },
}

/** Of the calibrated probabilities, in nats. */
function entropyOf({ probabilities, classCount, exponent }: Guesses, row: number): number {
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
