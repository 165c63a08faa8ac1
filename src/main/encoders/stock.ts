/**
 * The stock encoder: a small network that comes with the app, trained on public photos of everyday things. What it says of a folder's images
 * is fitted as the instant encoder is: kept are the directions that altered versions of an image share.
 */
import { Graph, type Value } from '../engine/graph'
import { columnMeans, type MatrixProducts } from '../engine/linear-algebra'
import { between, portsOf } from '../engine/onnx-model'
import { draw, random } from '../engine/random'
import type { Augmentation } from '../views/augmentation'
import type { ImageSource } from '../views/images'
import { affine, type AffineMap, fitClosedForm } from './closed-form'
import { describe, type Description } from './describe'
import type { Stage } from './stage'

export interface StockSource {
  /** ONNX: `planes` float32 [batch, 3, side, side], −1 … 1, the side a multiple of 32 → `features` float32 [batch, columns]. */
  readonly file: Uint8Array
  /** What each feature is multiplied by, so that all count alike. */
  readonly scale: Float32Array
  /** From scaled features to embeddings. */
  readonly map: AffineMap
}

export interface StockSettings {
  readonly augmentation: Augmentation
  /** Altered versions of each image, given how many images are fitted and the seconds that one look at one of them takes. */
  readonly viewsFor: (images: number, secondsPerLook: number) => number
  readonly dimensions: number
  readonly seed: number
  readonly threads: number
}

/** Images that the map is computed from, and that features are scaled by. */
const fitted = 6000
const scaled = 500
const components = 384
/** Side that the network looks at, px: it was trained at 300, but is quick, and sees enough of images of 32 or 64 px, at this. */
const side = 128

/** Or why there is none: `viewsFor` answered 0, or the images hardly differ. */
export type StockFit = StockSource | 'no time' | 'too alike'

export async function* fitStock(
  file: Uint8Array,
  images: ImageSource,
  { augmentation, viewsFor, dimensions, seed, threads }: StockSettings,
  products: MatrixProducts,
): AsyncGenerator<Stage, StockFit> {
  const began = performance.now()
  const some = draw(images.count, scaled, random(seed, 0x7374)).sort()
  const scale = yield* scaleOf(file, images, some, threads)
  const chosen = draw(images.count, fitted, random(seed, 0x7375)).sort()
  const views = viewsFor(chosen.length, (performance.now() - began) / 1000 / some.length)
  if (views === 0) return 'no time'
  const described = (map?: AffineMap) => stockModel(file, images.size, scale, threads, map)
  const settings = { augmentation, views, components, dimensions, seed }
  const fit = fitClosedForm(images, chosen, described(), described, settings, products)
  for (;;) {
    const step = await fit.next()
    if (step.done) return step.value ? { file, scale, map: step.value } : 'too alike'
    const { part, done, total } = step.value
    const before = part === 'views' ? chosen.length : 0
    const whole = (before + (part === 'components' ? chosen.length : done)) / (chosen.length * (views + 1))
    yield { stage: 'Fitting the stock encoder to the images', done, total, whole }
  }
}

/** One over the deviation of each feature among some images. */
async function* scaleOf(
  file: Uint8Array,
  images: ImageSource,
  some: Uint32Array,
  threads: number,
): AsyncGenerator<Stage, Float32Array> {
  const counts = describe(images, some, stockModel(file, images.size, null, threads))
  for (;;) {
    const step = await counts.next()
    if (!step.done) {
      yield { stage: 'Looking with the stock encoder', done: step.value, total: some.length, whole: 0 }
      continue
    }
    const { columns, rows, data } = step.value
    const mean = columnMeans(step.value)
    const variance = new Float64Array(columns)
    data.forEach((value, at) => (variance[at % columns]! += (value - mean[at % columns]!) ** 2 / rows))
    // What never changes tells nothing, and must not be blown up.
    return Float32Array.from(variance, (each) => 1 / Math.sqrt(each + 1e-6))
  }
}

/** Features, scaled where a scale is given, and an affine map of them where given, as a model from pixels. */
function stockModel(file: Uint8Array, size: number, scale: Float32Array | null, threads: number, map?: AffineMap): Description {
  const before = new Graph('planes', 'planes_')
  stockPlanes(before, before.input('images', 'uint8', ['batch', size, size, 3]), size)
  const behind = new Graph('stock', 'stock_')
  const value = scale ? stockValue(behind, scale) : 'features'
  const columns = map?.weights.columns ?? portsOf(file).outputs[0]!.shape![1]!
  const result = map ? affine(behind, value, map) : value
  behind.node('Identity', [result], {}, { output: 'described' })
  behind.output('described', 'float32', ['batch', columns])
  return { model: between(file, before, behind), columns, threads }
}

/** From pixels, uint8 [batch, size, size, 3], to what the network takes. */
export function stockPlanes(graph: Graph, pixels: Value, size: number): void {
  const planes = graph.node('Transpose', [graph.node('Cast', [pixels], { to: 1 })], { perm: [0, 3, 1, 2] })
  const scaled = graph.node('Sub', [graph.node('Mul', [planes, graph.float(2 / 255)]), graph.float(1)])
  // The side is rounded down.
  const factor = (side + 0.01) / size
  const linear = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' }
  graph.node('Resize', [scaled, '', graph.float([1, 1, factor, factor])], linear, { output: 'planes' })
}

/** The scaled features. */
export const stockValue = (graph: Graph, scale: Float32Array): Value => graph.node('Mul', ['features', graph.float(scale)])
