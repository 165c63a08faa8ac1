import type { Run } from '@shared/model'
import { expect, it } from 'vitest'
import { axisOf, seriesOf } from './run-series'

const runOf = (id: string, createdAt: number, over: Partial<Run> = {}) =>
  ({ id, createdAt, seconds: 120, active: false, state: 'ready', ...over }) as Run
const looksOf = (runId: string, ...values: number[]) => ({
  runId,
  before: null,
  now: null,
  looks: values.map((retrieval, at) => ({ step: at, seconds: 30 * (at + 1), scores: { retrieval } })),
})

it('puts scores against the minutes that a run had taken, oldest run first', () => {
  const runs = [runOf('b', 2), runOf('a', 1), runOf('c', 3)]
  const looks = [looksOf('a', 0.5), looksOf('b', 0.1, 0.4)]
  const series = seriesOf('retrieval', { runs, looks, accuracies: null })
  expect(series.map(({ run, points }) => [run.id, points])).toEqual([
    ['a', [{ minutes: 0.5, value: 0.5 }]],
    ['b', [{ minutes: 0.5, value: 0.1 }, { minutes: 1, value: 0.4 }]], // prettier-ignore
  ])
  expect(seriesOf('uniformity', { runs, looks, accuracies: null })).toEqual([])
})

it('has one point per run for accuracies, where it ended', () => {
  const accuracies = { labels: 20, classes: 2, enough: true, runs: [{ runId: 'a', knn: 0.8, probe: 0.9 }, { runId: 'b', knn: 0.1, probe: 0.2 }], best: null } // prettier-ignore
  const runs = [runOf('a', 1, { seconds: 90 }), runOf('b', 2, { seconds: null })]
  const [only, ...others] = seriesOf('probe', { runs, looks: [], accuracies })
  expect(only!.points).toEqual([{ minutes: 1.5, value: 0.9 }])
  expect(others).toEqual([])
})

it('keeps the run in use and the newest, up to six lines', () => {
  const runs = Array.from({ length: 9 }, (_, at) => runOf(String(at), at, { active: at === 0 }))
  const looks = runs.map(({ id }) => looksOf(id, 0.5))
  expect(seriesOf('retrieval', { runs, looks, accuracies: null }).map(({ run }) => run.id)).toEqual([
    '0',
    '4',
    '5',
    '6',
    '7',
    '8',
  ])
})

it('marks axes at round numbers that hold all values', () => {
  expect(axisOf([0.12, 0.83]).marks).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
  expect(axisOf([-3.9, -0.2]).marks).toEqual([-4, -3, -2, -1, 0])
  expect(axisOf([7]).marks).toEqual([6, 8])
  expect(axisOf([0, 0])).toMatchObject({ least: 0 })
  for (const values of [
    [1, 1.001],
    [0, 480],
    [-8, -7.9],
    [12, 90],
  ]) {
    const { least, most, marks } = axisOf(values)
    expect(least).toBeLessThanOrEqual(values[0]!)
    expect(most).toBeGreaterThanOrEqual(values[1]!)
    expect(marks.length).toBeLessThanOrEqual(7)
  }
})
