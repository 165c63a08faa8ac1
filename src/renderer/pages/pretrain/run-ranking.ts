/** The order of runs in their table, and what the labels given so far say about the best of them. */
import type { RunAccuracies } from '@shared/contract/pretrain'
import type { Run } from '@shared/model'

/** Best first by labels, where they have been told apart; the others, newest first, after them. */
export function rankedRuns(runs: readonly Run[], accuracies: RunAccuracies | null): Run[] {
  const best = accuracies?.best
  const order = best ? [best.runId, ...best.leads.map(({ over }) => over)] : []
  const place = ({ id }: Run) => (order.includes(id) ? order.indexOf(id) : order.length)
  return runs.toSorted((a, b) => place(a) - place(b) || b.createdAt - a.createdAt)
}

type Verdict =
  | { kind: 'too few' }
  /** The gain over the second best, as a share of the labels, is beyond chance. */
  | { kind: 'sure' | 'unsure'; best: Run; second: Run; gain: number; low: number; high: number; labels: number }

/** Null where there is nothing to choose between, and where nothing is known: not yet, or not of projects with several classes an image. */
export function verdictOf(runs: readonly Run[], accuracies: RunAccuracies | null): Verdict | null {
  if (runs.filter(({ state }) => state === 'ready').length < 2) return null
  if (!accuracies) return null
  if (!accuracies.enough) return { kind: 'too few' }
  const [lead] = accuracies.best?.leads ?? []
  const [best, second] = [accuracies.best?.runId, lead?.over].map((id) => runs.find((run) => run.id === id))
  if (!lead || !best || !second) return null
  const { gain, low, high } = lead
  return { kind: low > 0 ? 'sure' : 'unsure', best, second, gain, low, high, labels: accuracies.labels }
}
