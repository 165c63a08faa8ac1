/** Audits played to their end on real guesses, by a person who is wrong 3 times in 100 and stops when the app says so. */
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { finitePopulationInterval } from '../../src/main/labeling/audit/interval'
import { type SimulatedAudit, simulateAudit } from '../../src/main/labeling/audit/simulated.fixture'
import { withSlips } from '../../src/main/labeling/audit/slips'
import { alpha } from '../../src/main/labeling/audit/spending'
import type { Strategy } from '../../src/main/labeling/strategies/strategy'
import type { EmbeddedSet } from './embedded-set'
import { Session } from './session'

const labelsPerClass = 10
const mostShare = 0.5
/** In turn, so that easy and hard sets can both reach one. */
const targets = [0.95, 0.9, 0.8]

export interface PlayedAudit extends SimulatedAudit {
  /** Checks of a simple random sample with an interval as wide: fixed in size, and looked at as the audit was. */
  simpleChecks: number
  simpleLookedAt: number
}

/** One audit for each seed; those in which the head is too unsure of everything are left out. */
export async function auditsOf(
  set: EmbeddedSet,
  strategy: Strategy,
  runs: number,
  products: MatrixProducts,
): Promise<PlayedAudit[]> {
  const played: PlayedAudit[] = []
  const count = Math.min(labelsPerClass * set.classCount, Math.floor(mostShare * set.x.rows))
  for (let seed = 0; seed < runs; seed++) {
    const session = new Session(set, products, seed)
    await session.label(strategy, set.classCount)
    await session.label(strategy, count - set.classCount)
    const open = session.predicted()
    const guesses = {
      ordinals: Uint32Array.from(open, ({ row }) => row),
      classes: Uint16Array.from(open, ({ predicted }) => predicted),
      confidences: Float32Array.from(open, ({ confidence }) => confidence),
    }
    const truth = Uint16Array.from(open, ({ row }) => set.truth[row]!)
    const audit = simulateAudit(guesses, truth, set.classCount, {
      target: targets[seed % targets.length]!,
      seed,
      wrongAnswers: 0.03,
    })
    if (audit)
      played.push({ ...audit, simpleChecks: simpleChecks(audit, alpha), simpleLookedAt: simpleChecks(audit, audit.alpha) })
  }
  return played
}

/** By the exact interval of a finite population, with room for the same slips. */
function simpleChecks({ population, truePrecision, halfWidth }: SimulatedAudit, level: number): number {
  const enough = (drawn: number) => {
    const sample = { size: population, drawn, right: Math.round(truePrecision * drawn), errors: 0 }
    const { lower, upper } = withSlips(finitePopulationInterval(sample, level), [sample])
    return (upper - lower) / 2 <= halfWidth + 1e-9
  }
  let [few, many] = [0, population]
  while (many - few > 1) {
    const middle = (few + many) >> 1
    if (enough(middle)) many = middle
    else few = middle
  }
  return many
}
