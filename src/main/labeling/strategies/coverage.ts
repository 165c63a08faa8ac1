/** The row that stands for the most rows no label is close to; see `facility.ts`. */
import { type Covering, cover } from './facility'
import type { Query, Strategy } from './strategy'

export const coverage: Strategy = {
  id: 'coverage',
  async choose(pool, count) {
    return (await cover(pool, count, () => 1)).map(standsFor)
  },
}

export function standsFor({ row, covers }: Covering): Query {
  const why = covers > 1 ? `closer to ${covers.toLocaleString('en')} images than any labeled one` : 'unlike every labeled image'
  return { row, why }
}
