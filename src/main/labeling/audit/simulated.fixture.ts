/** Plays an audit with a person who is sometimes wrong and stops as soon as the app says so; for tests and measurements. */
import { random } from '../../engine/random'
import { judge } from './judge'
import { futilityLooks, planAudit } from './plan'
import { futilityAlpha, levelAlphas } from './spending'
import type { Guesses } from './strata'

export interface SimulatedAudit {
  checks: number
  /** Pseudo-labels accepted; 0 when the target was not reached. */
  accepted: number
  /** How many pseudo-labels the interval speaks of: the accepted level, or the widest; and what share of them is right. */
  population: number
  truePrecision: number
  covered: boolean
  halfWidth: number
  /** 1 − confidence of the interval by itself, looks before it aside. */
  alpha: number
}

/** Null when the head is too unsure of everything to plan an audit. @param truth class index of each guess */
export function simulateAudit(
  guesses: Guesses,
  truth: Uint16Array,
  classCount: number,
  { target, seed, wrongAnswers }: { target: number; seed: number; wrongAnswers: number },
): SimulatedAudit | null {
  const plan = planAudit(guesses, classCount, target, seed)
  if (!plan) return null
  const person = random(seed, 0xbe)
  const answer = (at: number) =>
    person.next() < wrongAnswers ? (truth[at]! + 1 + person.below(classCount - 1)) % classCount : truth[at]!
  const draws = Array.from(plan.draws, (at) => ({ at, ring: plan.rings[at]!, agrees: null as boolean | null }))
  let verdict = judge({ ...plan, draws })
  for (const [before, one] of draws.entries()) {
    const first = answer(one.at)
    // A blind answer that differs is looked at once more, beside what Handful proposes.
    one.agrees = first === guesses.classes[one.at] || answer(one.at) === guesses.classes[one.at]
    if (![...futilityLooks, ...plan.looks].includes(before + 1)) continue // nothing is decided between looks
    verdict = judge({ ...plan, draws })
    if (verdict.state === 'reached' || verdict.state === 'cannot') break
  }
  const acceptable = plan.sizes.reduce((sum, size) => sum + size, 0)
  const level = verdict.level ?? plan.levels.length - 1
  const members = [...plan.rings.keys()].filter((at) => plan.rings[at]! < plan.levels[level]!)
  const truePrecision = members.filter((at) => truth[at] === guesses.classes[at]).length / members.length
  const { lower, upper } = verdict.levels[level]!
  return {
    checks: verdict.checked,
    accepted: verdict.level === null ? 0 : members.length,
    population: members.length,
    truePrecision,
    covered: truePrecision >= lower - 1e-9 && truePrecision <= upper + 1e-9,
    halfWidth: (upper - lower) / 2,
    alpha:
      verdict.looks === 0 ? futilityAlpha : levelAlphas(plan.levels.length, level, plan.looks, acceptable)[verdict.looks - 1]!,
  }
}
