/** What the answers of an audit say so far: estimates, bounds that hold whenever one stops, and what to do next. */
import { type Interval, type Stratum, stratifiedInterval } from './interval'
import { lookFractions, primary } from './plan'
import { spend } from './spending'

/** 1 − confidence of everything that is said, all looks together. */
export const alpha = 0.05
/** Shares of it for the chain primary → outer, and for the fallback inner. */
const shares = { primary: 0.8, inner: 0.2 }
/** Narrow enough to stop, points as a fraction. */
export const narrow = 0.02

export interface AuditAnswers {
  target: number
  sizes: readonly number[]
  looks: readonly number[]
  /** Of each draw in order: its ring, and whether the answer agreed with the pseudo-label; null while not answered. */
  draws: readonly { ring: number; agrees: boolean | null }[]
}

export interface LevelState extends Interval {
  /** Pseudo-labels that it accepts. */
  accepted: number
  /** The lower bound reaches the target. */
  holds: boolean
}

export interface AuditVerdict {
  /** Answered without a gap. */
  checked: number
  /** Looks that are over. */
  looks: number
  /** Checks until the next look; 0 when all is answered. */
  untilLook: number
  /** By level, as of the last look; empty before the first. */
  levels: LevelState[]
  /**
   * `asking`: go on. `holds`: the target's bound holds at `level`; more checks may let more be accepted.
   * `reached`: the same, and narrow or all is answered. `cannot`: all is answered, or hopeless, and no bound holds.
   */
  state: 'asking' | 'holds' | 'reached' | 'cannot'
  /** The widest level that holds, or null. */
  level: number | null
}

export function judge(answers: AuditAnswers): AuditVerdict {
  const { target, draws, looks } = answers
  const gap = draws.findIndex(({ agrees }) => agrees === null)
  const checked = gap < 0 ? draws.length : gap
  const over = looks.filter((count) => count <= checked).length
  const next = looks[over]
  const before = { checked, looks: over, untilLook: next === undefined ? 0 : next - checked }
  if (over === 0) return { ...before, levels: [], state: 'asking', level: null }
  const levels = levelsAt(answers, over - 1)
  const level = widestThatHolds(levels)
  const last = next === undefined
  if (level !== null) {
    const { lower, upper } = levels[level]!
    const enough = last || (upper - lower) / 2 <= narrow
    return { ...before, levels, state: enough ? 'reached' : 'holds', level }
  }
  const hopeless = levels.every(({ upper }) => upper < target)
  return { ...before, levels, state: last || hopeless ? 'cannot' : 'asking', level }
}

/** Intervals of every level from the answers up to a look. */
function levelsAt({ target, sizes, looks, draws }: AuditAnswers, look: number): LevelState[] {
  const strata: Stratum[] = sizes.map((size) => ({ size, drawn: 0, right: 0 }))
  for (const { ring, agrees } of draws.slice(0, looks[look])) {
    strata[ring]!.drawn++
    if (agrees) strata[ring]!.right++
  }
  const one = sizes.length === 1
  return sizes.map((_, level) => {
    const share = one ? 1 : level < primary ? shares.inner : shares.primary
    const interval = stratifiedInterval(strata.slice(0, level + 1), spend(lookFractions, alpha * share)[look]!)
    const accepted = sizes.slice(0, level + 1).reduce((sum, size) => sum + size, 0)
    return { ...interval, accepted, holds: accepted > 0 && interval.lower >= target }
  })
}

/** Outer counts only where primary holds: the fixed sequence needs no further payment (Maurer, Hothorn & Lehmacher 1995). */
function widestThatHolds(levels: LevelState[]): number | null {
  if (levels.length === 1) return levels[0]!.holds ? 0 : null
  if (levels[primary]!.holds) return levels[primary + 1]?.holds ? primary + 1 : primary
  return levels[0]!.holds ? 0 : null
}
