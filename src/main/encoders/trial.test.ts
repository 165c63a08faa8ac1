/** The choice of a grid, beside the same one made grid by grid through models of their own. */
import { expect, it } from 'vitest'
import { withProducts } from '../engine/linear-algebra'
import { standardAugmentation } from '../views/augmentation'
import { fitClosedForm } from './closed-form'
import { alteredBy, describe, finish } from './describe'
import { learnDictionary } from './dictionary'
import { shapes } from './shapes.fixture'
import { chooseGrid, featureModel, gridChoices, onGrid } from './trial'
import { viewPlaces, viewRetrieval } from './view-retrieval'

const [count, size, seed] = [60, 16, 3]
const every = Uint32Array.from({ length: count }, (_, at) => at)
const small = { filters: 12, channels: 3, patches: 2000, whitening: 0.1, seed } as const
const rest = { size, grids: [3], stride: 2, threshold: 0.5 }

it('takes the columns of a grid from those of all', async () => {
  await withProducts(1, async (products) => {
    const { images } = shapes(count, size, 'colour')
    const dictionaries = [
      await learnDictionary(images, { ...small, patchSize: 4 }, products),
      await learnDictionary(images, { ...small, patchSize: 6 }, products),
    ]
    const seen = (grids: number[]) => finish(describe(images, every, featureModel({ ...rest, dictionaries, grids }, 1)))
    const all = await seen(gridChoices)
    for (const grid of gridChoices) {
      const [ours, own] = [onGrid(all, grid), await seen([grid])]
      expect([ours.rows, ours.columns]).toEqual([own.rows, own.columns])
      ours.data.forEach((value, at) => expect(Math.abs(value - own.data[at]!)).toBeLessThan(1e-5))
    }
  })
})

it('is of the grid on which fresh views find their own image best', { timeout: 60_000 }, async () => {
  await withProducts(1, async (products) => {
    const sure: number[] = []
    for (let folder = 0; folder < 20; folder++) {
      const { images } = shapes(count, size, 'colour', folder)
      const features = { ...rest, dictionaries: [await learnDictionary(images, { ...small, patchSize: 5 }, products)] }
      const settings = { symmetry: 'auto', seed, threads: 1 } as const
      const chosen = await finish(chooseGrid(images, every, features, standardAugmentation, settings, products))
      const found: number[] = []
      for (const grid of gridChoices) {
        const model = (map?: Parameters<typeof featureModel>[2]) => featureModel({ ...features, grids: [grid] }, 1, map)
        const fit = { augmentation: standardAugmentation, views: 4, components: 128, dimensions: 128, seed }
        const map = (await finish(fitClosedForm(images, every, model(), model, fit, products)))!
        const view = (number: number) => {
          const change = alteredBy(standardAugmentation, size, seed, number)
          return finish(describe(images, every, { ...model(map), change }))
        }
        const places = await viewPlaces(await view(1_000_000), await view(1_000_001), products)
        found.push(Math.round(count * viewRetrieval(places)))
      }
      // Rounding may decide where hardly one is the better.
      if (Math.abs(found[0]! - found[1]!) < 3) continue
      const best = gridChoices[found[0]! > found[1]! ? 0 : 1]!
      expect(chosen).toBe(best)
      sure.push(best)
    }
    // Or the one that is tried first would do.
    for (const grid of gridChoices) expect(sure.filter((each) => each === grid).length).toBeGreaterThan(1)
  })
})
