/** What the instant encoder decides per folder, by trying on some of its images; no labels are looked at. */
import { Graph } from '../engine/graph'
import { type Matrix, matrix, type MatrixProducts } from '../engine/linear-algebra'
import type { Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { affine, type AffineMap, alteredBy, fitSeen } from './closed-form'
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
/** At each image while the grid is chosen. */
export const gridLooks = 1 + views + freshViews.length

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

/** The grid on which fresh views find their own sample best; each is looked at once, for all grids. Yields how many of `gridLooks` are done. */
export async function* chooseGrid(
  images: ImageSource,
  chosen: Uint32Array,
  features: PatchFeatures,
  augmentation: Augmentation,
  { seed, threads }: TrialSettings,
  products: MatrixProducts,
): AsyncGenerator<number, number> {
  const plain = featureModel({ ...features, grids: gridChoices }, threads)
  const seen: Matrix[] = []
  for (const view of [null, ...Array(views).keys(), ...freshViews]) {
    yield seen.length
    const change = view === null ? undefined : alteredBy(augmentation, images.size, seed, view)
    seen.push(await finish(describe(images, chosen, { ...plain, ...(change && { change }) })))
  }
  let [best, grid] = [-1, usualGrid]
  for (const candidate of gridChoices) {
    const [images, ...altered] = seen.map((all) => onGrid(all, candidate)) as [Matrix, ...Matrix[]]
    const viewsBehind = (map: AffineMap) => (view: number) => atOnce(mapped(altered[view]!, map, products))
    const settings = { views, components, dimensions: components, seed }
    const map = await finish(fitSeen({ count: chosen.length, images: () => atOnce(images), viewsBehind }, settings, products))
    if (!map) return usualGrid
    const [a, b] = [await mapped(altered[views]!, map, products), await mapped(altered[views + 1]!, map, products)]
    const score = viewRetrieval(await viewPlaces(a, b, products))
    if (score > best) [best, grid] = [score, candidate]
  }
  return grid
}

/** The columns of one of the grids that features were summed up on. */
function onGrid({ rows, columns, data }: Matrix, grid: number): Matrix {
  const cells = gridChoices.reduce((sum, each) => sum + each * each, 0)
  const before = gridChoices.slice(0, gridChoices.indexOf(grid)).reduce((sum, each) => sum + each * each, 0)
  const own = grid * grid
  const result = matrix(rows, (columns / cells) * own)
  for (let at = 0; at * cells < data.length; at++)
    result.data.set(data.subarray(at * cells + before, at * cells + before + own), at * own)
  return result
}

async function mapped(x: Matrix, { weights, offset }: AffineMap, products: MatrixProducts): Promise<Matrix> {
  const result = await products.product(x, weights)
  result.data.forEach((value, at) => (result.data[at] = value + offset[at % result.columns]!))
  return result
}

/** What is known already, as a generator that takes one step. */
async function* atOnce(known: Matrix | Promise<Matrix>): AsyncGenerator<number, Matrix> {
  const { rows } = await known
  yield rows
  return known
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
