/** Query strategies by id; their descriptors stand in `descriptors.ts`. */
import { margin } from './margin'
import type { Strategy } from './strategy'
import { typical } from './typical'
import { uniform } from './uniform'

export const strategies: readonly Strategy[] = [typical, margin, uniform]
