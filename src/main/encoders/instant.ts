/**
 * The instant encoder: whitened patches (Coates & Ng 2011), rectified, pooled, square-rooted; principal components; then the
 * directions that views of a sample share, the closed form of linear VICReg (Balestriero & LeCun 2022).
 */
import { Graph, type Value } from '../engine/graph'
import { columnMeans, type Matrix, matrix, type MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { Session } from '../engine/session'
import { augment, type Augmentation } from '../views/augmentation'
import { batches, type ImageSource, isGrey } from '../views/images'
import { learnDictionary } from './dictionary'
import { chooseLayout, type Layout } from './layout'
import { principalComponents, sharedDirections } from './linear-map'
import { featureCount, patchFeatures, type PatchFeatures, pixelsInput } from './patch-features'

export interface InstantSettings {
  filters: number
  views: number
  dimensions: number
  layout: Layout | 'auto'
  seed: number
  threads: number
}

export interface Stage {
  stage: string
  done: number
  total: number
}

export interface InstantEncoder {
  model: Uint8Array
  dimensions: number
  scores: Record<string, number>
  notes: string[]
}

/** Images that the maps are computed from. */
const fitted = 6000
/** Principal components kept before views are compared. */
const components = 512
/** Patches each dictionary is learned from. */
const patches = 40_000
const whitening = 0.1
const ridge = 1e-2
const batch = 64

/** Answers the encoder; yields what it is at. */
export async function* fitInstantEncoder(
  images: ImageSource,
  settings: InstantSettings,
  products: MatrixProducts,
): AsyncGenerator<Stage, InstantEncoder> {
  const { seed, threads } = settings
  const chosen = draw(images.count, fitted, random(seed, 5)).sort()
  const channels = isGrey(images.read(chosen.subarray(0, 200))) ? 1 : 3
  const { grids, augmentation, note } = chooseLayout(images, settings.layout, seed)
  const sizes = [0.15, 0.28].map((share) => Math.max(3, Math.round(images.size * share)))
  const dictionaries = []
  for (const [index, patchSize] of sizes.entries()) {
    yield { stage: 'Learning small patterns', done: index, total: sizes.length }
    dictionaries.push(
      await learnDictionary(images, { patchSize, filters: settings.filters, channels, patches, whitening, seed }, products),
    )
  }
  const features: PatchFeatures = { size: images.size, dictionaries, grids, stride: 2, threshold: 0.5 }
  const build = (finish: (graph: Graph, value: Value) => void) => {
    const graph = new Graph('instant')
    finish(graph, patchFeatures(graph, pixelsInput(graph, images.size, channels), features))
    return graph.model()
  }

  const plain = yield* run(
    build((graph, value) => graph.output(value, 'float32')),
    images,
    chosen,
    featureCount(features),
    threads,
    'Describing images',
  )
  const mean = columnMeans(plain)
  yield { stage: 'Finding principal components', done: 0, total: 1 }
  const { basis } = await principalComponents(
    shiftRows(plain, mean),
    Math.min(components, Math.max(1, chosen.length - 1)),
    seed,
    products,
  )
  const reduce = (graph: Graph, value: Value) =>
    graph.node('MatMul', [graph.node('Sub', [value, graph.float(mean)]), graph.float(basis.data, [basis.rows, basis.columns])])

  const reduced = build((graph, value) => graph.output(reduce(graph, value), 'float32'))
  const statistics = yield* viewStatistics(reduced, images, chosen, basis.columns, augmentation, settings, products)
  const { map, shares } = sharedDirections(statistics.total, statistics.meanOfViews, settings.views, settings.dimensions, ridge)
  const scaled = matrix(
    map.rows,
    map.columns,
    map.data.map((value, at) => value * scaleOf(shares[at % map.columns]!)),
  )
  const model = build((graph, value) => {
    const centred = graph.node('Sub', [reduce(graph, value), graph.float(statistics.mean)])
    graph.node('MatMul', [centred, graph.float(scaled.data, [scaled.rows, scaled.columns])], {}, { output: 'embeddings' })
    graph.output('embeddings', 'float32', ['batch', scaled.columns])
  })
  const sharedVariance = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length)
  return {
    model,
    dimensions: scaled.columns,
    scores: { sharedVariance },
    notes: [note, channels === 1 ? 'The images are grey.' : 'The images have colour.'],
  }
}

/** A direction counts by its signal over its noise. */
const scaleOf = (share: number) => Math.sqrt(share / (1 - share + 0.02))

async function* run(
  model: Uint8Array,
  images: ImageSource,
  chosen: Uint32Array,
  columns: number,
  threads: number,
  stage: string,
  change: (pixels: Uint8Array, keys: Uint32Array) => Uint8Array = (pixels) => pixels,
): AsyncGenerator<Stage, Matrix> {
  const session = await Session.create(model, { threads })
  try {
    const result = matrix(chosen.length, columns)
    for (const positions of batches(chosen.length, batch)) {
      const keys = positions.map((position) => chosen[position]!)
      const data = change(images.read(keys), keys)
      const shape = [positions.length, images.size, images.size, 3]
      result.data.set(await session.values({ images: { type: 'uint8', shape, data } }), positions[0]! * columns)
      yield { stage, done: positions[0]! + positions.length, total: chosen.length }
    }
    return result
  } finally {
    await session.dispose()
  }
}

/** Covariance of all views, covariance of each sample's mean view, and the mean of all. */
async function* viewStatistics(
  model: Uint8Array,
  images: ImageSource,
  chosen: Uint32Array,
  columns: number,
  augmentation: Augmentation,
  { views, seed, threads }: InstantSettings,
  products: MatrixProducts,
): AsyncGenerator<Stage, { total: Matrix; meanOfViews: Matrix; mean: Float32Array }> {
  const means = matrix(chosen.length, columns)
  const squares = new Float64Array(columns * columns)
  for (let view = 0; view < views; view++) {
    const change = (pixels: Uint8Array, keys: Uint32Array) => augment(pixels, images.size, augmentation, { seed, view, keys })
    const seen = yield* counted(run(model, images, chosen, columns, threads, 'Comparing altered versions', change), view, views)
    for (let at = 0; at < means.data.length; at++) means.data[at]! += seen.data[at]! / views
    const gram = await products.gram(seen)
    for (let at = 0; at < squares.length; at++) squares[at]! += gram.data[at]!
  }
  const mean = columnMeans(means)
  const total = matrix(
    columns,
    columns,
    Float32Array.from(
      squares,
      (sum, at) => sum / (chosen.length * views) - mean[Math.floor(at / columns)]! * mean[at % columns]!,
    ),
  )
  const gram = await products.gram(shiftRows(means, mean))
  const meanOfViews = matrix(
    columns,
    columns,
    gram.data.map((sum) => sum / chosen.length),
  )
  return { total, meanOfViews, mean }
}

/** The stages of one of several equal parts, counted over all of them. */
async function* counted(stages: AsyncGenerator<Stage, Matrix>, part: number, parts: number): AsyncGenerator<Stage, Matrix> {
  for (;;) {
    const step = await stages.next()
    if (step.done) return step.value
    yield { ...step.value, done: part * step.value.total + step.value.done, total: parts * step.value.total }
  }
}
