// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { useGroupTitle } from '../grid/group-title'
import { openFake, settled } from '../testing/mounted.fixture'
import { useClusters } from './clusters'

it('a cluster is called the same on the board and in groups: its name, else its place on the board', async () => {
  await openFake()
  const clusters = useClusters()
  await settled()
  const [first, second, third] = clusters.list
  clusters.list = [{ ...third!, id: -2 }, { ...first!, name: 'Birds' }, second!]
  expect([-2, 0, 1, -1].map(clusters.titleOf)).toEqual(['Cluster 1', 'Birds', 'Cluster 3', 'Outliers'])
  const groupTitle = useGroupTitle()
  for (const id of [-2, 0, 1]) expect(groupTitle('cluster', String(id))).toBe(clusters.titleOf(id))
})
