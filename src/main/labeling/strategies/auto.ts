/**
 * Begins with what stands for many and turns to what the head doubts as far as held-out answers say that it may be trusted. Each row weighs
 * its doubt to a power: 0 while nothing is held out, which is pure coverage; then 1, and more with the odds that the head is right on
 * held-out answers, as far as there are labels to be sure of them. High powers ask the least sure alone.
 */
import { standsFor } from './coverage'
import { cover } from './facility'
import type { Pool, Strategy } from './strategy'

const mostPower = 8
/** Labels per class that one more power takes (bench -- labeling). */
const labelsPerPower = 4

export const auto: Strategy = {
  id: 'auto',
  async choose(pool, count) {
    const { guesses } = pool
    const power = powerOfDoubt(pool)
    if (!guesses || power === 0) return (await cover(pool, count, () => 1)).map(standsFor)
    const found = await cover(pool, count, (row) => (1 - guesses.confidences[row]!) ** power)
    return found.map(({ row, covers }) => {
      const sure = `Handful is ${Math.round(guesses.confidences[row]! * 100)}% sure of it`
      return { row, why: covers > 1 ? `${sure}, and it stands for images like it` : sure }
    })
  },
}

function powerOfDoubt({ guesses, labels }: Pool): number {
  const right = guesses?.heldOut ?? null
  if (right === null) return 0
  const odds = right / Math.max(1e-9, 1 - right)
  const perClass = labels.rows.length / Math.max(1, labels.classCount)
  return Math.max(1, Math.min(mostPower, odds, perClass / labelsPerPower))
}
