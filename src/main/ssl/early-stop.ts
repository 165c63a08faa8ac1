/** When training has stopped paying: scores of held-back samples have not improved for a good part of the run. */
import type { Look } from '@shared/look'
import type { Settle, StepPlan } from './step-plan'

/** Growth of the score that counts as an improvement. */
const smallestGain = 0.01
/** Share of the planned steps, and looks, that go by without one. */
const [patience, patientLooks] = [0.25, 4]
/** Mean reciprocal rank below which images are hardly ever found again: what has not begun to work cannot have stopped. */
const working = 0.1
/** Steps of falling learning rate afterwards, as a share of those that went before. */
const settling = 0.15

/** How soon images are found again, times directions used: neither a collapse nor noise in many directions wins. */
const scoreOf = ({ scores }: Look) => (scores['reciprocalRank'] ?? 0) * (scores['effectiveRank'] ?? 0)

type Trained = Look & { step: number }
const isTrained = (look: Look): look is Trained => look.step !== null && look.step > 0

/** The look with the best score, the earlier of two that hardly differ. */
export function bestLook(looks: readonly Look[]): Trained | undefined {
  return looks.filter(isTrained).reduce<Trained | undefined>((best, look) => {
    return !best || scoreOf(look) > scoreOf(best) * (1 + smallestGain) ? look : best
  }, undefined)
}

/** How the run is to end, when it should. */
export function whereToSettle(looks: readonly Look[], { steps, lookEvery }: StepPlan): Settle | undefined {
  const [best, last] = [bestLook(looks), looks.filter(isTrained).at(-1)]
  if (!best || !last || lookEvery === undefined || (best.scores['reciprocalRank'] ?? 0) < working) return undefined
  const idle = last.step - best.step
  const settle = { from: best.step, steps: Math.max(1, Math.ceil(best.step * settling)), noticed: last.step }
  const isWorthIt = settle.steps < steps - last.step
  return idle >= Math.max(patience * steps, patientLooks * lookEvery) && isWorthIt ? settle : undefined
}

/** What a person reads in the run's notes. */
export function settleNote({ from, steps, noticed }: Settle, planned: number): string {
  const count = (value: number) => value.toLocaleString('en')
  return (
    `Stopped early: ${count(noticed - from)} steps after step ${count(from)} of ${count(planned)}, scores without labels had not ` +
    `improved by 1 %. Training went back there and settled for ${count(steps)} steps with a falling learning rate.`
  )
}
