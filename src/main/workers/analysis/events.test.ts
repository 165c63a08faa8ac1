import { expect, test } from 'vitest'
import { eventsOf } from './events'

const minute = 60_000
const day = 24 * 60 * minute
const all = (count: number) => Uint32Array.from({ length: count }, (_, ordinal) => ordinal)
const listed = (events: Uint32Array[]) => events.map((event) => [...event])

test('a long pause among short ones begins another event, in order of time', () => {
  const morning = [0, 2, 3, 5, 9, 11, 14].map((at) => at * minute)
  const next = [0, 1, 4, 6, 8].map((at) => day + at * minute)
  const takenAt = Float64Array.from([...next, ...morning])
  expect(listed(eventsOf(all(12), takenAt, null))).toEqual([
    [5, 6, 7, 8, 9, 10, 11],
    [0, 1, 2, 3, 4],
  ])
})

test('a photo a day is one event: no pause is longer than the others', () => {
  const takenAt = Float64Array.from({ length: 30 }, (_, at) => at * day)
  expect(eventsOf(all(30), takenAt, null)).toHaveLength(1)
})

test('no event lasts over a pause of weeks', () => {
  const takenAt = Float64Array.from({ length: 5 }, (_, at) => at * 20 * day)
  expect(eventsOf(all(5), takenAt, null)).toHaveLength(5)
})

test('a burst does not make the breath after it an event', () => {
  const takenAt = Float64Array.from([0, 1, 2, 3, 4, 5, 6, 95, 96, 97], (second) => second * 1000)
  expect(eventsOf(all(10), takenAt, null)).toHaveLength(1)
})

test('what has no time is in no event; of nothing there are none', () => {
  expect(listed(eventsOf(all(3), Float64Array.of(NaN, 5, NaN), null))).toEqual([[1]])
  expect(eventsOf(all(2), Float64Array.of(NaN, NaN), null)).toEqual([])
})

test('looks decide where time leaves it open', () => {
  // Ten shots a minute apart, half an hour, ten more: 17 times the usual gap is just missed or reached.
  const takenAt = Float64Array.from({ length: 20 }, (_, at) => (at < 10 ? at : at + 30) * minute)
  const embeddings = (after: number[]) => Float32Array.from([...takenAt.keys()].flatMap((at) => (at < 10 ? [1, 0] : after)))
  const rowOf = Int32Array.from({ length: 20 }, (_, at) => at)
  const split = (after: number[]) => eventsOf(all(20), takenAt, { embeddings: embeddings(after), dimensions: 2, rowOf }).length
  expect(split([1, 0])).toBe(1)
  expect(split([0, 1])).toBe(2)
})
