import { expect, test } from 'vitest'
import { labelsPerMinute } from './progress'

const act = (at: number, samples = 1) => ({ at: at * 1000, what: 'label' as const, samples, undone: false })

test('labels per minute of the latest stretch: from its first act to its last, without what came before a pause', () => {
  const log = [act(1060), act(1030), act(1000), act(500, 1000)]
  expect(labelsPerMinute(log, 1_070_000)).toBeCloseTo(2)
  expect(labelsPerMinute([act(1060, 12), act(1000, 3)], 1_061_000)).toBeCloseTo(12)
})

test('no rate without work lately, or before there is enough of it; undone acts do not count', () => {
  expect(labelsPerMinute([act(1060), act(1000)], 2_000_000)).toBeNull()
  expect(labelsPerMinute([act(1005), act(1000)], 1_006_000)).toBeNull()
  expect(labelsPerMinute([], 0)).toBeNull()
  expect(labelsPerMinute([{ ...act(1030, 50), undone: true }, act(1060), act(1000)], 1_061_000)).toBeCloseTo(1)
})
