import { expect, test } from 'vitest'
import { nameOf } from './cluster-name'

const names = new Map([
  ['a', 'dress'],
  ['b', 'bag'],
])
const cluster = (size: number, labels: [string | null, number, number][], id = 4) => ({
  id,
  size,
  labeled: labels.reduce((sum, [, count]) => sum + count, 0),
  labels: labels.map(([classId, count, fresh]) => ({ classId, count, fresh })),
})
const none = { name: null, naming: null, proposal: null }

test('one labeled image of many proposes a name and gives none', () => {
  expect(nameOf(cluster(31, [['a', 1, 1]]), null, names)).toEqual({ ...none, proposal: { name: 'dress', count: 1 } })
  expect(nameOf(cluster(31, [['a', 3, 3]]), null, names)).toEqual({ ...none, proposal: { name: 'dress', count: 3 } })
  expect(nameOf(cluster(31, [['a', 4, 4]]), null, names)).toEqual({ name: 'dress', naming: 'labels', proposal: null })
})

test('a small cluster is named when all of it is labeled', () => {
  expect(nameOf(cluster(2, [['a', 2, 1]]), null, names).name).toBe('dress')
})

test('more than half of the labels must agree; unknown is no name', () => {
  const half: [string, number, number][] = [
    ['a', 5, 5],
    ['b', 5, 5],
  ]
  expect(nameOf(cluster(12, half), null, names)).toEqual(none)
  expect(nameOf(cluster(12, [[null, 9, 9]]), null, names)).toEqual(none)
  expect(nameOf(cluster(12, []), null, names)).toEqual(none)
})

test('a name that only older labels give is carried over; clusters that a person made keep theirs', () => {
  expect(nameOf(cluster(12, [['a', 8, 0]]), null, names)).toEqual({ name: 'dress', naming: 'carried', proposal: null })
  expect(nameOf(cluster(12, [['a', 8, 1]]), null, names).naming).toBe('labels')
  expect(nameOf(cluster(12, [['a', 8, 0]], -3), null, names).naming).toBe('labels')
})

test('where images have several classes, what most of the labeled ones have names it', () => {
  const both = {
    ...cluster(20, [
      ['a', 6, 6],
      ['b', 3, 3],
    ]),
    labeled: 6,
  }
  expect(nameOf(both, null, names)).toMatchObject({ name: 'dress', naming: 'labels' })
  const equal = {
    ...cluster(20, [
      ['a', 6, 6],
      ['b', 6, 0],
    ]),
    labeled: 6,
  }
  expect(nameOf(equal, null, names)).toMatchObject({ name: 'dress, bag', naming: 'labels' })
})

test('what a person named it comes before everything', () => {
  expect(nameOf(cluster(12, [['a', 12, 12]]), 'odd ones', names)).toEqual({ name: 'odd ones', naming: 'person', proposal: null })
})
