/** What the answers of an audit say so far: estimates, bounds that hold whenever one stops, and what to do next. */
import { type Interval, type Stratum, stratifiedInterval } from './interval'
import { type AuditPlan, futilityLooks, narrow } from './plan'
import { withSlips } from './slips'
import { futilityAlpha, levelAlphas } from './spending'

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
  /** By level, as of the last look; before the first empty, or of the look that found it hopeless. */
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
  if (over === 0) {
    const seen = futilityLooks.filter((count) => count <= checked).map((count) => levelsAt(answers, count, () => futilityAlpha))
    const levels = seen.find((at) => hopeless(at, target))
    return { ...before, levels: levels ?? [], state: levels ? 'cannot' : 'asking', level: null }
  }
  const members = answers.sizes.reduce((sum, size) => sum + size, 0)
  const alphaOf = (level: number) => levelAlphas(answers.levels.length, level, looks, members)[over - 1]!
  const levels = levelsAt(answers, looks[over - 1]!, alphaOf)
  const level = levels.findLastIndex(({ holds }) => holds)
  const last = next === undefined
  if (level >= 0) {
    const { lower, upper } = levels[level]!
    const enough = last || (level === levels.length - 1 && (upper - lower) / 2 <= narrow)
    return { ...before, levels, state: enough ? 'reached' : 'holds', level }
  }
  return { ...before, levels, state: last || hopeless(levels, target) ? 'cannot' : 'asking', level: null }
}

const hopeless = (levels: readonly LevelState[], target: number) => levels.every(({ upper }) => upper < target)

/** Intervals of every level from the first answers. */
function levelsAt(
  { target, sizes, errors, levels, draws }: AuditAnswers,
  count: number,
  alphaOf: (level: number) => number,
): LevelState[] {
  const strata: Stratum[] = sizes.map((size, ring) => ({ size, drawn: 0, right: 0, errors: errors[ring]! }))
  for (const { ring, agrees } of draws.slice(0, count)) {
    strata[ring]!.drawn++
    if (agrees) strata[ring]!.right++
  }
  return levels.map((rings, level) => {
    const mine = strata.slice(0, rings)
    const interval = withSlips(stratifiedInterval(mine, alphaOf(level)), mine)
    const whole = mine.every(({ size, drawn }) => drawn === size)
    const holds = interval.lower >= target || (whole && interval.estimate >= target)
    return { ...interval, accepted: mine.reduce((sum, { size }) => sum + size, 0), holds }
  })
}
