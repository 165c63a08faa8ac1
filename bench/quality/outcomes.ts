/** What was measured of encoders on sets, and what follows from it: means, paired differences, how soon one is ahead of another. */
import { multiples } from '../labeled/report'
import { mean } from '../labeling/curves'
import type { Scores } from './draws'
import { type Interval, studentInterval } from './statistics'

export interface Outcome {
  set: string
  images: number
  classes: number
  /** A pretext task or a peer. */
  what: string
  /** Budget, or the part of it at a peer's checkpoint. */
  minutes: number
  /** In the table of accuracies; the others are points on the way there. */
  final: boolean
  isPeer: boolean
  /** By seed of the fit. */
  runs: Map<number, Scores & { seconds: number }>
}

const runsOf = ({ runs }: Outcome) => [...runs.values()]

export const secondsOf = (outcome: Outcome) => mean(runsOf(outcome).map(({ seconds }) => seconds))
export const knnOf = (outcome: Outcome) => mean(runsOf(outcome).map(({ knn }) => knn))

/** Over seeds and draws. @param at position in `multiples` */
export const accuracyOf = (outcome: Outcome, at: number) =>
  mean(runsOf(outcome).flatMap(({ accuracies }) => accuracies.map((draw) => draw[at]!)))

export const outcomeOf = (outcomes: readonly Outcome[], set: string, what: string) =>
  outcomes.find((one) => one.final && one.set === set && one.what === what)

/** Of what was measured on every set; undefined otherwise, for means over other sets cannot be compared. */
export function meanOver(
  outcomes: readonly Outcome[],
  sets: readonly string[],
  what: string,
  value: (outcome: Outcome) => number,
): number | undefined {
  const mine = sets.flatMap((set) => outcomeOf(outcomes, set, what) ?? [])
  return mine.length === sets.length && sets.length > 0 ? mean(mine.map(value)) : undefined
}

/** `a` − `b` for each seed and draw that both have. */
function differences(a: Outcome, b: Outcome, at: number): number[] {
  const seeds = [...a.runs.keys()].filter((seed) => b.runs.has(seed))
  return seeds.flatMap((seed) => {
    const [mine, others] = [a.runs.get(seed)!.accuracies, b.runs.get(seed)!.accuracies]
    return mine.slice(0, others.length).map((draw, index) => draw[at]! - others[index]![at]!)
  })
}

/**
 * Of the mean difference between two encoders over pairs of the same set, seed and draw, first averaged over sets. Student's t over the pairs: it says
 * how sure the mean of these fits is under other labels.
 * @returns undefined when one of them was not measured on every set
 */
export function pairedDifference(
  outcomes: readonly Outcome[],
  sets: readonly string[],
  [what, other]: readonly [string, string],
  at: number,
): Interval | undefined {
  const bySet = sets.flatMap((set) => {
    const [a, b] = [outcomeOf(outcomes, set, what), outcomeOf(outcomes, set, other)]
    return a && b ? [differences(a, b, at)] : []
  })
  const pairs = Math.min(...bySet.map(({ length }) => length))
  if (bySet.length < sets.length || !(pairs > 0) || !Number.isFinite(pairs)) return undefined
  return studentInterval(Array.from({ length: pairs }, (_, pair) => mean(bySet.map((one) => one[pair]!))))
}

/** Of the least of Handful's measured budgets after which it is not behind the best peer at the end of its own; undefined when none is. */
export function secondsToPeers(outcomes: readonly Outcome[], set: string): number | undefined {
  const at = multiples.length - 1
  const mine = outcomes.filter((one) => one.set === set)
  const best = Math.max(...mine.filter(({ isPeer, final }) => isPeer && final).map((peer) => accuracyOf(peer, at)))
  const ahead = mine.filter(({ what, isPeer }) => !isPeer && ['instant', 'auto'].includes(what))
  const seconds = ahead.filter((one) => accuracyOf(one, at) >= best).map(secondsOf)
  return Number.isFinite(best) && seconds.length > 0 ? Math.min(...seconds) : undefined
}

/** What to compare where both were measured. */
export const comparisons = [
  ['auto', 'instant'],
  ['instant', 'pixels'],
] as const

/** As the bench prints them; accuracies are fractions. */
export function figuresOf(outcomes: readonly Outcome[], sets: readonly string[]): Record<string, number> {
  const found: [string, number | undefined][] = []
  const whats = [...new Set(outcomes.map(({ what }) => what))]
  for (const one of outcomes.filter(({ final }) => final)) {
    const name = `quality.${one.set}.${one.what}`
    found.push([`${name}.knn`, knnOf(one)], [`${name}.seconds`, secondsOf(one)])
    multiples.forEach((multiple, at) => found.push([`${name}.${multiple}`, accuracyOf(one, at)]))
  }
  for (const what of whats) {
    found.push([`quality.mean.${what}.knn`, meanOver(outcomes, sets, what, knnOf)])
    multiples.forEach((multiple, at) =>
      found.push([`quality.mean.${what}.${multiple}`, meanOver(outcomes, sets, what, (one) => accuracyOf(one, at))]),
    )
  }
  for (const [name, over] of [...sets.map((set) => [set, [set]] as const), ['mean', sets] as const]) {
    for (const pair of comparisons) {
      multiples.forEach((multiple, at) => {
        const interval = pairedDifference(outcomes, over, pair, at)
        const named = `quality.${name}.${pair.join('_minus_')}.${multiple}`
        found.push([named, interval?.mean], [`${named}.lower`, interval?.lower], [`${named}.upper`, interval?.upper])
      })
    }
  }
  for (const set of sets) found.push([`quality.${set}.seconds_to_torch`, secondsToPeers(outcomes, set)])
  return Object.fromEntries(found.filter((one): one is [string, number] => one[1] !== undefined))
}
