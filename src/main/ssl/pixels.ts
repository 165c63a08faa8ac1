/** Baselines: pixels of a small version of the image, and their principal components (Pearson 1901). */
import { describe } from '../encoders/describe'
import { principalComponents } from '../encoders/linear-map'
import type { Stage } from '../encoders/stage'
import { embeddingsOutput, thumbnail } from '../encoders/thumbnail'
import { Graph } from '../engine/graph'
import { columnMeans, MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import { type ImageSource, isGrey } from '../views/images'
import { paced } from './pace'
import { pcaDescriptor, pixelsDescriptor } from './pixels.descriptor'
import { atStage, type FittedEncoder, type PretextTask } from './task'

/** Images that decide the components. */
const fitted = 6000

export const pixels: PretextTask<typeof pixelsDescriptor.parameters> = {
  descriptor: pixelsDescriptor,
  async *fit({ images, seed }) {
    yield atStage('Reading pixels', 0, images.count)
    const { model, features } = thumbnailModel(images, seed)
    return { model, dimensions: features, notes: [] }
  },
}

export const pca: PretextTask<typeof pcaDescriptor.parameters> = {
  descriptor: pcaDescriptor,
  async *fit({ images, seed, threads, parameters }) {
    const products = await MatrixProducts.create(threads)
    try {
      return yield* paced(fitComponents(images, { seed, threads, dimensions: parameters.dimensions }, products))
    } finally {
      await products.dispose()
    }
  },
}

async function* fitComponents(
  images: ImageSource,
  { seed, threads, dimensions }: { seed: number; threads: number; dimensions: number },
  products: MatrixProducts,
): AsyncGenerator<Stage, FittedEncoder> {
  const chosen = draw(images.count, fitted, random(seed, 0x706361)).sort()
  const plain = thumbnailModel(images, seed)
  const reading = describe(images, chosen, { model: plain.model, columns: plain.features, threads })
  let read = await reading.next()
  for (; !read.done; read = await reading.next()) {
    yield { stage: 'Reading pixels', done: read.value, total: chosen.length, whole: (0.5 * read.value) / chosen.length }
  }
  yield { stage: 'Finding principal components', done: 0, total: 1, whole: 0.5 }
  const mean = columnMeans(read.value)
  const { basis } = await principalComponents(shiftRows(read.value, mean), dimensions, seed, products)
  if (basis.columns === 0) {
    const note = 'The images do not differ, so there are no components: their plain pixels are used.'
    return { model: plain.model, dimensions: plain.features, notes: [note] }
  }
  const { model } = thumbnailModel(
    images,
    seed,
    (graph, value) => {
      const centred = graph.node('Sub', [value, graph.float(mean)])
      return graph.node('MatMul', [centred, graph.float(basis.data, [basis.rows, basis.columns])])
    },
    basis.columns,
  )
  return { model, dimensions: basis.columns, notes: [] }
}

function thumbnailModel(
  images: ImageSource,
  seed: number,
  then: (graph: Graph, value: string) => string = (_, value) => value,
  columns?: number,
): { model: Uint8Array; features: number } {
  const channels = isGrey(images.read(draw(images.count, 200, random(seed, 6)).sort())) ? 1 : 3
  const graph = new Graph('pixels')
  const { value, features } = thumbnail(graph, images.size, channels)
  embeddingsOutput(graph, then(graph, value), columns ?? features)
  return { model: graph.model(), features }
}
