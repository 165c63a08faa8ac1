/** What the instant encoder decides per folder, by trying on some of its images; no labels are looked at. */
import { Graph } from '../engine/graph'
import { type Matrix, matrix, type MatrixProducts } from '../engine/linear-algebra'
import type { Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { affine, type AffineMap, mappedRows, reduction, sharedMap } from './closed-form'
import { alteredBy, describe, type Description, finish } from './describe'
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
  const settings = { views, components, dimensions: components, seed }
  yield 0
  const whole = await finish(describe(images, chosen, plain))
  const maps: AffineMap[] = []
  for (const candidate of gridChoices) {
    const map = await reduction(onGrid(whole, candidate), settings, products)
    if (!map) return usualGrid
    maps.push(map)
  }
  /** By view, the components on each grid. */
  const seen: Matrix[][] = []
  for (const view of [...Array(views).keys(), ...freshViews]) {
    yield 1 + seen.length
    const change = alteredBy(augmentation, images.size, seed, view)
    const look = await finish(describe(images, chosen, { ...plain, change }))
    const reduced: Matrix[] = []
    for (const [at, candidate] of gridChoices.entries())
      reduced.push(await mappedRows(onGrid(look, candidate), maps[at]!, products))
    seen.push(reduced)
  }
  let [best, grid] = [-1, usualGrid]
  for (const [at, candidate] of gridChoices.entries()) {
    const viewAt = (view: number) => atOnce(seen[view]![at]!)
    const map = await finish(sharedMap(viewAt, chosen.length, maps[at]!.weights.columns, settings, products))
    const fresh: Matrix[] = []
    for (const look of seen.slice(views)) fresh.push(await mappedRows(look[at]!, map, products))
    const score = viewRetrieval(await viewPlaces(fresh[0]!, fresh[1]!, products))
    if (score > best) [best, grid] = [score, candidate]
  }
  return grid
}

/** The columns of one grid, of features summed up on all of `gridChoices`. */
export function onGrid({ rows, columns, data }: Matrix, grid: number): Matrix {
  const cells = gridChoices.reduce((sum, each) => sum + each * each, 0)
  const before = gridChoices.slice(0, gridChoices.indexOf(grid)).reduce((sum, each) => sum + each * each, 0)
  const own = grid * grid
  const result = matrix(rows, (columns / cells) * own)
  for (let at = 0; at * cells < data.length; at++)
    result.data.set(data.subarray(at * cells + before, at * cells + before + own), at * own)
  return result
}

/** What is known already, as a generator of one step. */
async function* atOnce(known: Matrix): AsyncGenerator<number, Matrix> {
  yield known.rows
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
