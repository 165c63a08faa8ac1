/** What the plot of runs shows: one line per run, a score against the minutes that it had taken. */
import type { RunAccuracies } from '@shared/contract/pretrain'
import type { Run } from '@shared/model'
import type { RunLooks } from './run-scores'

export const measures = ['retrieval', 'reciprocalRank', 'effectiveRank', 'alignment', 'uniformity', 'knn', 'probe'] as const
export type Measure = (typeof measures)[number]

export interface Point {
  minutes: number
  value: number
}

export interface Series {
  run: Run
  points: Point[]
}

/** Lines that can still be told apart: the run in use and the newest others. */
const mostLines = 6

/** Runs with a value of this measure, oldest first. */
export function seriesOf(
  measure: Measure,
  { runs, looks, accuracies }: { runs: readonly Run[]; looks: readonly RunLooks[]; accuracies: RunAccuracies | null },
): Series[] {
  const found = runs.map((run) => ({ run, points: pointsOf(measure, run, looks, accuracies) }))
  const shown = found.filter(({ points }) => points.length > 0)
  shown.sort((a, b) => Number(b.run.active) - Number(a.run.active) || b.run.createdAt - a.run.createdAt)
  return shown.slice(0, mostLines).sort((a, b) => a.run.createdAt - b.run.createdAt)
}

function pointsOf(measure: Measure, run: Run, looks: readonly RunLooks[], accuracies: RunAccuracies | null): Point[] {
  if (measure === 'knn' || measure === 'probe') {
    const accuracy = accuracies?.runs.find(({ runId }) => runId === run.id)
    return accuracy && run.seconds !== null ? [{ minutes: run.seconds / 60, value: accuracy[measure] }] : []
  }
  const taken = looks.find(({ runId }) => runId === run.id)?.looks ?? []
  return taken.flatMap(({ seconds, scores }) => {
    const value = scores[measure]
    return value === undefined ? [] : [{ minutes: seconds / 60, value }]
  })
}

export interface Axis {
  least: number
  most: number
  marks: number[]
}

/** About five round marks that hold all values. */
export function axisOf(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high > low ? high - low : Math.abs(high) || 1
  const rough = span / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10)
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  const marks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)))
  return { least: marks[0]!, most: marks.at(-1)!, marks }
}
