/** What the answers of an audit say so far: estimates, bounds that hold whenever one stops, and what to do next. */
import { type Interval, type Stratum, stratifiedInterval } from './interval'
import { type AuditPlan, narrow } from './plan'
import { withSlips } from './slips'
import { levelAlphas } from './spending'

export interface AuditAnswers extends Pick<AuditPlan, 'target' | 'sizes' | 'errors' | 'levels' | 'looks'> {
  /** Of each draw in order: its ring, and whether the answer agreed with the pseudo-label; null while not answered. */
  draws: readonly { ring: number; agrees: boolean | null }[]
}

export interface LevelState extends Interval {
  /** Pseudo-labels that it accepts. */
  accepted: number
  /** The lower bound reaches the target; where all was checked, what was found does. */
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
   * `reached`: the same for all that may be accepted, and narrow; or all is answered. `cannot`: all is answered, or hopeless, and no bound holds.
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
  const level = levels.findLastIndex(({ holds }) => holds)
  const last = next === undefined
  if (level >= 0) {
    const { lower, upper } = levels[level]!
    const enough = last || (level === levels.length - 1 && (upper - lower) / 2 <= narrow)
    return { ...before, levels, state: enough ? 'reached' : 'holds', level }
  }
  const hopeless = levels.every(({ upper }) => upper < target)
  return { ...before, levels, state: last || hopeless ? 'cannot' : 'asking', level: null }
}

/** Intervals of every level from the answers up to a look. */
function levelsAt({ target, sizes, errors, levels, looks, draws }: AuditAnswers, look: number): LevelState[] {
  const strata: Stratum[] = sizes.map((size, ring) => ({ size, drawn: 0, right: 0, errors: errors[ring]! }))
  for (const { ring, agrees } of draws.slice(0, looks[look])) {
    strata[ring]!.drawn++
    if (agrees) strata[ring]!.right++
  }
  const members = sizes.reduce((sum, size) => sum + size, 0)
  return levels.map((rings, level) => {
    const mine = strata.slice(0, rings)
    const alpha = levelAlphas(levels.length, level, looks, members)[look]!
    const interval = withSlips(stratifiedInterval(mine, alpha), mine)
    const whole = mine.every(({ size, drawn }) => drawn === size)
    const holds = interval.lower >= target || (whole && interval.estimate >= target)
    return { ...interval, accepted: mine.reduce((sum, { size }) => sum + size, 0), holds }
  })
}
