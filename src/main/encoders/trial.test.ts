/** The choice of a grid, beside the same one made grid by grid through models of their own. */
import { expect, it } from 'vitest'
import { withProducts } from '../engine/linear-algebra'
import { standardAugmentation } from '../views/augmentation'
import { fitClosedForm, alteredBy } from './closed-form'
import { describe, finish } from './describe'
import { learnDictionary } from './dictionary'
import { shapes } from './shapes.fixture'
import { chooseGrid, featureModel, gridChoices } from './trial'
import { viewPlaces, viewRetrieval } from './view-retrieval'

const [count, size, seed] = [60, 16, 3]
const every = Uint32Array.from({ length: count }, (_, at) => at)

it('is of the grid on which fresh views find their own image best', { timeout: 60_000 }, async () => {
  const [chosen, best] = await withProducts(1, async (products) => {
    const [chosen, best]: [number[], number[]] = [[], []]
    for (let folder = 0; folder < 4; folder++) {
      const { images } = shapes(count, size, 'colour', folder)
      const wanted = { patchSize: 5, filters: 12, channels: 3, patches: 2000, whitening: 0.1, seed } as const
      const features = {
        size,
        dictionaries: [await learnDictionary(images, wanted, products)],
        grids: [3],
        stride: 2,
        threshold: 0.5,
      }
      const settings = { symmetry: 'auto', seed, threads: 1 } as const
      chosen.push(await finish(chooseGrid(images, every, features, standardAugmentation, settings, products)))

      const scores: number[] = []
      for (const grid of gridChoices) {
        const own = { ...features, grids: [grid] }
        const fit = { augmentation: standardAugmentation, views: 4, components: 128, dimensions: 128, seed }
        const map = (await finish(
          fitClosedForm(images, every, featureModel(own, 1), (map) => featureModel(own, 1, map), fit, products),
        ))!
        const view = (number: number) =>
          finish(
            describe(images, every, {
              ...featureModel(own, 1, map),
              change: alteredBy(standardAugmentation, size, seed, number),
            }),
          )
        scores.push(viewRetrieval(await viewPlaces(await view(1_000_000), await view(1_000_001), products)))
      }
      best.push(gridChoices[scores.indexOf(Math.max(...scores))]!)
    }
    return [chosen, best]
  })
  expect(chosen).toEqual(best)
  // Or the one that is tried first would do.
  expect(new Set(chosen).size).toBe(gridChoices.length)
})
