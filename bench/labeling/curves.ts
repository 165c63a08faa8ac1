/** Accuracy against the number of answers, by strategy and by head; what the app's choice of questions saves. */
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { heads } from '../../src/main/labeling/heads/registry'
import type { Strategy } from '../../src/main/labeling/strategies/strategy'
import type { EmbeddedSet } from './embedded-set'
import { Session } from './session'

/** Answers are given this many × classes at a time, up to the last, or to most of the images. */
const steps = Array.from({ length: 20 }, (_, at) => at + 1)
const mostShare = 0.6
/** Steps at which every head is tried. */
const headSteps = [1, 5, 10, 20]

export interface Curve {
  /** Accuracy after each step. */
  accuracies: number[]
  /** By head, at the steps where all are tried. */
  heads: Record<string, Record<string, number>>
}

export async function curve(
  set: EmbeddedSet,
  strategy: Strategy,
  seed: number,
  products: MatrixProducts,
  withHeads: boolean,
): Promise<Curve> {
  const session = new Session(set, products, seed)
  const result: Curve = { accuracies: [], heads: {} }
  for (const step of steps) {
    if (step > 1 && step * set.classCount > mostShare * set.x.rows) break
    await session.label(strategy, set.classCount)
    result.accuracies.push(session.accuracy())
    if (!withHeads || !headSteps.includes(step)) continue
    result.heads[`x${step}`] = {}
    for (const head of heads) result.heads[`x${step}`]![head.id] = await session.accuracyOf(head)
  }
  return result
}

export const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length

/** Mean of curves of equal length. */
export const meanCurve = (curves: readonly number[][]) => curves[0]!.map((_, at) => mean(curves.map((one) => one[at]!)))

/** Share of the labels that `better` saves on its way to where `random` ends; below 0 when it needs more. */
export function saved(better: readonly number[], random: readonly number[]): number {
  const target = random.at(-1)!
  const reached = better.findIndex((accuracy) => accuracy >= target)
  if (reached < 0) return -1
  const before = better[reached - 1] ?? 0
  const part = (target - before) / Math.max(1e-9, better[reached]! - before)
  const needed = reached === 0 ? 1 : reached + part
  return 1 - needed / random.length
}
