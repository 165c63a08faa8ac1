import type { Run } from '@shared/model'
import { expect, it } from 'vitest'
import { pretrain } from '../../strings/pretrain'
import { rankedRuns, verdictOf } from './run-ranking'

const runs = ['a', 'b', 'c'].map((id, createdAt) => ({ id, createdAt, state: 'ready' }) as Run)
const accuracies = (low: number, gain = 0.08) => ({
  labels: 50,
  classes: 4,
  enough: true,
  runs: [],
  best: { runId: 'a', leads: [{ over: 'c', gain, low, high: 0.15 }] },
})

it('orders runs by labels, then the newest, and by age alone without labels', () => {
  expect(rankedRuns(runs, null).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  expect(rankedRuns(runs, accuracies(0.01)).map(({ id }) => id)).toEqual(['a', 'c', 'b'])
})

it('is sure only where the interval leaves out nothing gained', () => {
  expect(verdictOf(runs, accuracies(0.01))).toMatchObject({ kind: 'sure', best: runs[0], second: runs[2] })
  expect(verdictOf(runs, accuracies(-0.01))).toMatchObject({ kind: 'unsure' })
  expect(verdictOf(runs, { ...accuracies(0.01), best: null })).toBeNull()
  expect(verdictOf(runs.slice(0, 1), null)).toBeNull()
})

it('says that labels are too few only where it knows it', () => {
  expect(verdictOf(runs, { labels: 0, classes: 0, enough: false, runs: [], best: null })).toEqual({ kind: 'too few' })
  expect(verdictOf(runs, null)).toBeNull()
})

it('says so in one sentence', () => {
  const { sure, unsure } = pretrain.ranking
  const facts = { best: 'A', second: 'C', gain: 0.08, low: 0.012, high: 0.15, labels: 50 }
  expect(sure(facts)).toBe('By your 50 labels, A is the best: 8.0 points ahead of C (95 % interval 1.2 to 15.0).')
  expect(unsure({ ...facts, low: -0.01 })).toBe(
    'By your 50 labels, A is 8.0 points ahead of C, which may be chance (95 % interval −1.0 to 15.0): more labels will tell.',
  )
})
