import { expect, test } from 'vitest'
import { DisjointSets } from './disjoint-sets'

test('sets join transitively under their least member', () => {
  const sets = new DisjointSets(6)
  sets.join(5, 4)
  sets.join(1, 5)
  sets.join(2, 3)
  expect([...sets.all()]).toEqual([0, 1, 2, 2, 1, 1])
})
