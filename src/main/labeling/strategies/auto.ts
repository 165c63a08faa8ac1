/** Begins with what covers the folder and switches to what the head is unsure of once it is good enough on held-out answers. */
import { coverage } from './coverage'
import type { Strategy } from './strategy'
import { uncertainCoverage } from './uncertain-coverage'

/** Share right of held-out annotations from which doubts of the head tell more than gaps in the coverage. */
const goodEnough = 0.6

export const auto: Strategy = {
  id: 'auto',
  choose(pool, count, seed) {
    const strategy = (pool.guesses?.heldOut ?? 0) >= goodEnough ? uncertainCoverage : coverage
    return strategy.choose(pool, count, seed)
  },
}
