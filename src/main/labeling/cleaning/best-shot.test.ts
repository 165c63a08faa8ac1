import { expect, it } from 'vitest'
import { bestFirst } from './best-shot'

it('takes the sharpest of the large ones; a sharp thumbnail of a photo is not the better shot', () => {
  const area = [100, 95, 20, 100, 50]
  const sharpness = [3, 9, 99, 5, 1]
  expect([...bestFirst([0, 1, 2, 3, 4], area, sharpness)]).toEqual([1, 3, 0, 4, 2])
})

it('goes by size alone where nothing is known of sharpness, then by the order of import', () => {
  expect([...bestFirst([2, 0, 1], [4, 9, 4], [0, 0, 0])]).toEqual([1, 0, 2])
})
