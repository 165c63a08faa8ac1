/** The row that stands for the most rows Handful is unsure of: coverage, each row weighing what its guess lacks in confidence. */
import { standsFor } from './coverage'
import { cover } from './facility'
import type { Strategy } from './strategy'

export const uncertainCoverage: Strategy = {
  id: 'unsure-coverage',
  async choose(pool, count) {
    const { guesses } = pool
    if (!guesses) return (await cover(pool, count, () => 1)).map(standsFor)
    const found = await cover(pool, count, (row) => 1 - guesses.confidences[row]!)
    return found.map(({ row, covers }) => ({
      row,
      why: `stands for images Handful is unsure of: closer to ${covers.toLocaleString('en')} than any labeled one`,
    }))
  },
}
