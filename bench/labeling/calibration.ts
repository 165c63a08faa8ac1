/** Whether confidences mean what they say, at 20 × classes labels. */
import type { Reliability } from '@shared/contract/progress'
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { type Guess, reliability } from '../../src/main/labeling/heads/reliability'
import type { Strategy } from '../../src/main/labeling/strategies/strategy'
import type { EmbeddedSet } from './embedded-set'
import { Session } from './session'

const labelsPerClass = 20
const mostShare = 0.6

/** Over guesses of several draws of labels together. */
export async function calibrationOf(
  set: EmbeddedSet,
  strategy: Strategy,
  draws: number,
  products: MatrixProducts,
): Promise<Reliability> {
  const guesses: Guess[] = []
  const count = Math.min(labelsPerClass * set.classCount, Math.floor(mostShare * set.x.rows))
  for (let seed = 0; seed < draws; seed++) {
    const session = new Session(set, products, seed)
    await session.label(strategy, set.classCount)
    await session.label(strategy, count - set.classCount)
    guesses.push(...session.guesses())
  }
  return reliability(guesses)
}
