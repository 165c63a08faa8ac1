/** Query strategies by id; their descriptors stand in `descriptors.ts`. */
import { auto } from './auto'
import { coverage } from './coverage'
import { disagreement } from './disagreement'
import { diverseUncertain } from './diverse-uncertain'
import { entropy } from './entropy'
import { margin } from './margin'
import type { Strategy } from './strategy'
import { typical } from './typical'
import { uncertainCoverage } from './uncertain-coverage'
import { uniform } from './uniform'

export const strategies: readonly Strategy[] = [
  auto,
  typical,
  coverage,
  margin,
  entropy,
  disagreement,
  diverseUncertain,
  uncertainCoverage,
  uniform,
]
