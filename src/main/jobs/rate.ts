/** Rate and time left of a piece of work, from how far it has come. */
import type { Progress } from '@shared/model'

/** Longer without a report, and the computer was asleep rather than at work, ms. */
const longestPause = 60_000

/** @param before units that were done already when the work began (a resumed job); they do not count for the rate. */
export function progressMeter(stage: string, total: number | null, before = 0, now: () => number = () => performance.now()) {
  let last = now()
  let awake = 0
  return (done: number, values: Record<string, number> = {}): Progress => {
    const passed = now() - last
    last += passed
    awake += Math.min(passed, longestPause)
    const seconds = awake / 1000
    const rate = seconds > 0.2 && done > before ? (done - before) / seconds : null
    return { stage, done, total, rate, secondsLeft: rate && total !== null ? Math.max(0, total - done) / rate : null, values }
  }
}
