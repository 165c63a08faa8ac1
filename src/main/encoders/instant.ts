/**
 * The instant encoder: whitened patches (Coates & Ng 2011), rectified, pooled, square-rooted; principal components; then the
 * directions that views of a sample share, the closed form of linear VICReg (Balestriero & LeCun 2022).
 */
import { Graph } from '../engine/graph'
import type { MatrixProducts } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { type Augmentation, standardAugmentation } from '../views/augmentation'
import { type ImageSource, isGrey } from '../views/images'
import { type AffineMap, fitClosedForm } from './closed-form'
import { type Dictionary, learnDictionary } from './dictionary'
import { patchCount, type PatchFeatures } from './patch-features'
import type { Stage } from './stage'
import { embeddingsOutput, thumbnail } from './thumbnail'
import { chooseGrid, chooseSymmetries, featureModel, gridLooks, type TrialSettings } from './trial'
import { WorkClock } from './work-plan'

export interface InstantSettings extends TrialSettings {
  /** Per patch size. */
  readonly filters: number
  /** At most; fewer where images are many. */
  readonly views: number
  readonly dimensions: number
}

export interface InstantEncoder {
  readonly model: Uint8Array
  readonly dimensions: number
  readonly notes: string[]
  /** What it is made of; null where plain pixels were taken. */
  readonly source: InstantSource | null
}

/** For those who go on from the same features. */
export interface InstantSource {
  readonly features: PatchFeatures
  readonly augmentation: Augmentation
  readonly map: AffineMap
  /** How often it looked at an image as a whole, about. */
  readonly looks: number
}

/** Images that the maps are computed from, and that choices are tried on. */
const fitted = 6000
const tried = 1000
const components = 384
/** Patches each dictionary is learned from. */
const patches = 30_000
const whitening = 0.1
/** Pixels between patches. */
const strideOf = (size: number) => (size < 24 ? 1 : 2)
const threshold = 0.5
/** Multiply-adds that views may cost: some 20 seconds on two cores. */
const viewBudget = 1.5e12
/** Views of all images together. */
const mostViews = 50_000
const fewestViews = 4

/** Answers the encoder; yields what it is at. */
export async function* fitInstantEncoder(
  images: ImageSource,
  settings: InstantSettings,
  products: MatrixProducts,
): AsyncGenerator<Stage, InstantEncoder> {
  const { seed, threads } = settings
  const channels = isGrey(images.read(draw(images.count, 200, random(seed, 6)).sort())) ? 1 : 3
  const chosen = draw(images.count, fitted, random(seed, 5)).sort()
  const some = draw(images.count, tried, random(seed, 7)).sort()
  const sizes = patchSizes(images.size)
  const { clock, views } = planOf(images.size, channels, sizes, settings, chosen.length, some.length)

  const dictionaries: Dictionary[] = []
  for (const [done, patchSize] of sizes.entries()) {
    yield clock.at('dictionaries', 'Learning small patterns', done, sizes.length)
    const wanted = { patchSize, filters: settings.filters, channels, patches, whitening, seed } as const
    dictionaries.push(await learnDictionary(images, wanted, products))
  }
  const whole: PatchFeatures = { size: images.size, dictionaries, grids: [3], stride: strideOf(images.size), threshold }
  const small: PatchFeatures = { ...whole, dictionaries: dictionaries.slice(0, 1) }

  yield clock.at('symmetries', 'Looking at mirrored images', 0, 1)
  const { note, ...symmetries } = await chooseSymmetries(images, some, small, settings, products)
  const augmentation: Augmentation = { ...standardAugmentation, ...symmetries }
  const grids = chooseGrid(images, some, small, augmentation, settings, products)
  let step = await grids.next()
  for (; !step.done; step = await grids.next()) {
    yield clock.at('grid', 'Looking at how images are laid out', step.value, gridLooks)
  }
  const grid = step.value

  const features = { ...whole, grids: [grid] }
  const mapped = (map: AffineMap) => featureModel(features, threads, map)
  const fitSettings = { augmentation, views, components, dimensions: settings.dimensions, seed }
  const fit = fitClosedForm(images, chosen, featureModel(features, threads), mapped, fitSettings, products)
  let part = await fit.next()
  for (; !part.done; part = await fit.next())
    yield clock.at(part.value.part, partTitles[part.value.part], part.value.done, part.value.total)
  const map = part.value
  const colour = channels === 1 ? 'The images are grey.' : 'The images have colour.'
  if (!map) return plainPixels(images.size, channels, colour)
  return {
    model: featureModel(features, threads, map, 'embeddings').model,
    dimensions: map.weights.columns,
    source: {
      features,
      augmentation,
      map,
      looks: chosen.length * (views + 1) + (some.length * gridLooks) / sizes.length,
    },
    notes: [
      note,
      `What is seen is summed up on ${grid} × ${grid} fields, on which altered versions of an image found each other best.`,
      colour,
      `${views} altered versions of each of ${chosen.length.toLocaleString('en')} images were compared.`,
    ],
  }
}

const partTitles = {
  images: 'Describing images',
  components: 'Finding principal components',
  views: 'Comparing altered versions',
} as const

/** Sides of patches: 5 and 9 px at 32 px, 6 and 12 at 64; never over two fifths of the image. */
function patchSizes(size: number): number[] {
  const most = Math.max(3, Math.floor(size * 0.4))
  return [...new Set([4 + size / 32, 6 + (size * 3) / 32].map((side) => Math.min(most, Math.round(side))))]
}

function planOf(size: number, channels: number, sizes: number[], settings: InstantSettings, chosen: number, some: number) {
  const columns = sizes.map((patchSize) => channels * patchSize * patchSize)
  /** Multiply-adds, and what passing over the values costs beside them. */
  const describing = sizes.map(
    (patchSize, at) => patchCount(size, patchSize, strideOf(size)) * settings.filters * (columns[at]! + 60),
  )
  const small = describing[0]! + 20 * size * size
  const all = describing.reduce((sum, one) => sum + one, 20 * size * size)
  const features = settings.filters * sizes.length * 9
  const reduced = Math.min(components, chosen)
  const view = all + features * reduced + 150 * size * size
  const views = Math.max(
    fewestViews,
    Math.min(settings.views, Math.floor(mostViews / chosen), Math.floor(viewBudget / (chosen * view))),
  )
  const clock = new WorkClock({
    dictionaries: columns.reduce((sum, side) => sum + patches * side * (settings.filters * 9 + side) + 60 * side ** 3, 0),
    symmetries: 3 * some * small,
    grid: gridLooks * some * small,
    images: chosen * all,
    components: chosen * features * reduced * 5 + 100 * reduced ** 3,
    views: chosen * views * view + 100 * reduced ** 3,
  })
  return { clock, views }
}

function plainPixels(size: number, channels: 1 | 3, colour: string): InstantEncoder {
  const graph = new Graph('pixels')
  const { value, features } = thumbnail(graph, size, channels)
  embeddingsOutput(graph, value, features)
  const note = 'There are too few different images to learn from: their plain pixels are used. Add images and pretrain again.'
  return { model: graph.model(), dimensions: features, notes: [note, colour], source: null }
}
