/**
 * Begins with what stands for many and turns to what the head doubts as far as it earns trust: each row weighs its doubt to the power of
 * the odds that the head is right on held-out answers. Odds of 0 are pure coverage; the better the head, the more its least sure rows count.
 */
import { standsFor } from './coverage'
import { cover } from './facility'
import type { Strategy } from './strategy'

const mostOdds = 8
/** Odds from which the reason speaks of doubt. */
const doubting = 0.5

export const auto: Strategy = {
  id: 'auto',
  async choose(pool, count) {
    const { guesses } = pool
    const right = guesses?.heldOut ?? 0
    const odds = Math.min(mostOdds, right / Math.max(1e-9, 1 - right))
    const found = await cover(pool, count, (row) => (1 - (guesses?.confidences[row] ?? 0)) ** odds)
    if (odds < doubting) return found.map(standsFor)
    return found.map(({ row, covers }) => {
      const sure = `Handful is ${Math.round(guesses!.confidences[row]! * 100)} % sure of it`
      return { row, why: covers > 1 ? `${sure}, and it stands for images like it` : sure }
    })
  },
}
