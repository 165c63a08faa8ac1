/** What the instant encoder decides per folder, by trying on some of its images; no labels are looked at. */
import { Graph } from '../engine/graph'
import type { MatrixProducts } from '../engine/linear-algebra'
import { augment, type Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { affine, type AffineMap, fitClosedForm } from './closed-form'
import { describe, type Description, finish } from './describe'
import { featureCount, patchFeatures, type PatchFeatures, pixelsInput } from './patch-features'
import { type FoundSymmetries, findSymmetries } from './symmetries'
import { viewPlaces, viewRetrieval } from './view-retrieval'

export type SymmetryChoice = 'auto' | 'none' | 'mirror' | 'any'

/** How fine the grids are that looks may be summed up on. Coarser ones score better than they serve: crops hardly move them. */
export const gridChoices = [3, 4]
const usualGrid = 3
const views = 4
const components = 128
/** Views that no fit has seen. */
const freshViews = [1_000_000, 1_000_001] as const

export interface TrialSettings {
  readonly symmetry: SymmetryChoice
  readonly seed: number
  readonly threads: number
}

export function chooseSymmetries(
  images: ImageSource,
  chosen: Uint32Array,
  features: PatchFeatures,
  { symmetry, seed, threads }: TrialSettings,
  products: MatrixProducts,
): Promise<FoundSymmetries> | FoundSymmetries {
  const all = symmetry === 'any'
  if (symmetry === 'auto') return findSymmetries(images, chosen, featureModel(features, threads), seed, products)
  const note = `Mirrored${all ? ' and turned' : ''} images were set to mean ${symmetry === 'none' ? 'something else' : 'the same'}.`
  return { mirrored: symmetry !== 'none', upsideDown: all, quarterTurns: all, note }
}

/** The grid on which fresh views find their own sample best; yields how many are tried. */
export async function* chooseGrid(
  images: ImageSource,
  chosen: Uint32Array,
  features: PatchFeatures,
  augmentation: Augmentation,
  { seed, threads }: TrialSettings,
  products: MatrixProducts,
): AsyncGenerator<number, number> {
  let [best, grid] = [-1, usualGrid]
  for (const [tried, candidate] of gridChoices.entries()) {
    yield tried
    const coarse = { ...features, grids: [candidate] }
    const mapped = (map: AffineMap) => featureModel(coarse, threads, map)
    const settings = { augmentation, views, components, dimensions: components, seed }
    const map = await finish(fitClosedForm(images, chosen, featureModel(coarse, threads), mapped, settings, products))
    if (!map) return usualGrid
    const [a, b] = freshViews.map((view) => {
      const change = (pixels: Uint8Array, keys: Uint32Array) => augment(pixels, images.size, augmentation, { seed, view, keys })
      return finish(describe(images, chosen, { ...mapped(map), change }))
    })
    const score = viewRetrieval(await viewPlaces(await a!, await b!, products))
    if (score > best) [best, grid] = [score, candidate]
  }
  return grid
}

/** Patch features, and an affine map of them where given, as a model from pixels. */
export function featureModel(features: PatchFeatures, threads: number, map?: AffineMap, output = 'features'): Description {
  const graph = new Graph('instant')
  const columns = map ? map.weights.columns : featureCount(features)
  const { channels } = features.dictionaries[0]!
  const value = patchFeatures(graph, pixelsInput(graph, features.size, channels), features)
  const result = map ? affine(graph, value, map) : value
  graph.node('Identity', [result], {}, { output })
  graph.output(output, 'float32', ['batch', columns])
  return { model: graph.model(), columns, threads }
}
