/** Fits the linear part of the instant encoder on features of images and of their views. */
import type { Graph, Value } from '../engine/graph'
import { columnMeans, type Matrix, matrix, type MatrixProducts, shiftRows } from '../engine/linear-algebra'
import type { Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { alteredBy, describe, type Description } from './describe'
import { principalComponents, sharedDirections } from './linear-map'

/** Embedding = features · weights + offset. */
export interface AffineMap {
  /** [features, dimensions] */
  readonly weights: Matrix
  readonly offset: Float32Array
}

/** The map as a node: [batch, features] → [batch, dimensions]. */
export function affine(graph: Graph, x: Value, { weights, offset }: AffineMap): Value {
  return graph.node('Gemm', [x, graph.float(weights.data, [weights.rows, weights.columns]), graph.float(offset, [offset.length])])
}

export interface ClosedFormSettings {
  readonly views: number
  /** Principal components kept before views are compared. */
  readonly components: number
  readonly dimensions: number
  readonly seed: number
}

export interface ClosedFormStep {
  readonly part: 'images' | 'components' | 'views'
  readonly done: number
  readonly total: number
}

/** A graph of features followed by an affine map, as a model. */
export type Mapped = (map: AffineMap) => Description

/** Added to every variance, as a share of the mean one: views are few against the components. */
const ridge = 0.1
/** Independent directions that images must differ in. */
const fewestComponents = 4

/** Null when the images hardly differ: there is nothing to learn. */
export async function* fitClosedForm(
  images: ImageSource,
  chosen: Uint32Array,
  plain: Description,
  mapped: Mapped,
  settings: ClosedFormSettings & { readonly augmentation: Augmentation },
  products: MatrixProducts,
): AsyncGenerator<ClosedFormStep, AffineMap | null> {
  const { augmentation, seed } = settings
  const features = yield* steps('images', chosen.length, 0, describe(images, chosen, plain))
  yield { part: 'components', done: 0, total: 1 }
  const reduce = await reduction(features, settings, products)
  if (!reduce) return null
  const reduced = mapped(reduce)
  const viewAt = (view: number) =>
    describe(images, chosen, { ...reduced, change: alteredBy(augmentation, images.size, seed, view) })
  const shared = yield* sharedMap(viewAt, chosen.length, reduced.columns, settings, products)
  return composed(reduce, shared, products)
}

/** From features to their principal components. @param features [images, features] */
export async function reduction(
  features: Matrix,
  { components, seed }: ClosedFormSettings,
  products: MatrixProducts,
): Promise<AffineMap | null> {
  const mean = columnMeans(features)
  const most = Math.min(components, features.rows - 1)
  if (most < fewestComponents) return null
  const { basis } = await principalComponents(shiftRows(features, mean), most, seed, products)
  if (basis.columns < fewestComponents) return null
  return { weights: basis, offset: await negatedProduct(mean, basis, products) }
}

/** From components to what views share. @param viewAt altered versions, [count, components] */
export async function* sharedMap(
  viewAt: (view: number) => AsyncGenerator<number, Matrix>,
  count: number,
  components: number,
  { views, dimensions }: ClosedFormSettings,
  products: MatrixProducts,
): AsyncGenerator<ClosedFormStep, AffineMap> {
  const { total, meanOfViews, mean } = yield* viewStatistics(viewAt, count, components, views, products)
  const { map, shares } = sharedDirections(total, meanOfViews, views, Math.min(dimensions, components), ridge)
  const scaled = map.data.map((value, at) => value * scaleOf(shares[at % map.columns]!))
  const weights = matrix(map.rows, map.columns, scaled)
  return { weights, offset: await negatedProduct(mean, weights, products) }
}

/** The one map, then the other. */
async function composed(first: AffineMap, second: AffineMap, products: MatrixProducts): Promise<AffineMap> {
  const { data: offset } = await mappedRows(matrix(1, first.offset.length, first.offset), second, products)
  return { weights: await products.product(first.weights, second.weights), offset }
}

/** @param x [rows, features] */
export async function mappedRows(x: Matrix, { weights, offset }: AffineMap, products: MatrixProducts): Promise<Matrix> {
  const result = await products.product(x, weights)
  result.data.forEach((value, at) => (result.data[at] = value + offset[at % result.columns]!))
  return result
}

/** A direction counts by its signal over its noise. */
const scaleOf = (share: number) => Math.sqrt(share / (1 - share + 0.02))

async function negatedProduct(row: Float32Array, by: Matrix, products: MatrixProducts): Promise<Float32Array> {
  return (await products.product(matrix(1, row.length, row), by)).data.map((value) => -value)
}

async function* steps(
  part: ClosedFormStep['part'],
  total: number,
  before: number,
  counts: AsyncGenerator<number, Matrix>,
): AsyncGenerator<ClosedFormStep, Matrix> {
  for (;;) {
    const step = await counts.next()
    if (step.done) return step.value
    yield { part, done: before + step.value, total }
  }
}

interface ViewStatistics {
  /** Covariance of all views of all samples. */
  readonly total: Matrix
  /** Covariance of each sample's mean view. */
  readonly meanOfViews: Matrix
  readonly mean: Float32Array
}

async function* viewStatistics(
  viewAt: (view: number) => AsyncGenerator<number, Matrix>,
  count: number,
  columns: number,
  views: number,
  products: MatrixProducts,
): AsyncGenerator<ClosedFormStep, ViewStatistics> {
  const means = matrix(count, columns)
  const squares = new Float64Array(columns * columns)
  for (let view = 0; view < views; view++) {
    const seen = yield* steps('views', count * views, count * view, viewAt(view))
    for (let at = 0; at < means.data.length; at++) means.data[at]! += seen.data[at]! / views
    const gram = await products.gram(seen)
    for (let at = 0; at < squares.length; at++) squares[at]! += gram.data[at]! / (count * views)
  }
  const mean = columnMeans(means)
  const total = squares.map((square, at) => square - mean[Math.floor(at / columns)]! * mean[at % columns]!)
  const gram = await products.gram(shiftRows(means, mean))
  const meanOfViews = gram.data.map((sum) => sum / count)
  return { total: matrix(columns, columns, Float32Array.from(total)), meanOfViews: matrix(columns, columns, meanOfViews), mean }
}
