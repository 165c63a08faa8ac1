/** The person's own mistakes: what was checked is known up to a few of them. */
import type { Interval, Stratum } from './interval'

/** Of a person who errs in 3 of 100 answers and looks again where the guess differs, about this share of the checks ends up wrong. */
const share = 1 / 400
/** Chance of more slips than are allowed for. */
const rare = 0.04

/** More slips than this are rare among so many checks (Poisson). */
export function slips(checks: number): number {
  let most = 0
  let chance = Math.exp(-checks * share)
  for (let sum = chance; 1 - sum > rare; sum += chance) {
    most++
    chance *= (checks * share) / most
  }
  return most
}

/** Holds at least what as many slips either way would make of the estimate: matters where all or nearly all is checked. */
export function withSlips({ estimate, lower, upper }: Interval, strata: readonly Stratum[]): Interval {
  const members = strata.reduce((sum, { size }) => sum + size, 0)
  const room = slips(strata.reduce((sum, { drawn }) => sum + drawn, 0)) / members
  return Number.isNaN(estimate)
    ? { estimate, lower, upper }
    : { estimate, lower: Math.max(0, Math.min(lower, estimate - room)), upper: Math.min(1, Math.max(upper, estimate + room)) }
}
