/** Rate and time left of a piece of work, from how far it has come. */
import type { Progress } from '@shared/model'

/** @param before units that were done already when the work began (a resumed job); they do not count for the rate. */
export function progressMeter(stage: string, total: number | null, before = 0) {
  const began = performance.now()
  return (done: number, values: Record<string, number> = {}): Progress => {
    const seconds = (performance.now() - began) / 1000
    const rate = seconds > 0.2 && done > before ? (done - before) / seconds : null
    return { stage, done, total, rate, secondsLeft: rate && total !== null ? Math.max(0, total - done) / rate : null, values }
  }
}
