/** Baselines: pixels of a small version of the image, and their principal components (Pearson 1901). */
import { matrix, columnMeans, type Matrix, MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { Graph, type Value } from '../engine/graph'
import { random, draw } from '../engine/random'
import { withSession } from '../engine/session'
import { principalComponents } from '../encoders/linear-map'
import { pixelsInput } from '../encoders/patch-features'
import { batches, type ImageSource, isGrey } from '../views/images'
import { pcaDescriptor, pixelsDescriptor } from './pixels.descriptor'
import { atStage, type PretextTask } from './task'

/** Images are averaged down to at most this side, px. */
const side = 32
/** Images that decide the components. */
const fitted = 6000

export const pixels: PretextTask<typeof pixelsDescriptor.parameters> = {
  descriptor: pixelsDescriptor,

  async *fit({ images, seed }) {
    yield atStage('Reading pixels', 0, images.count)
    const graph = new Graph('pixels')
    const { value, features } = smallPixels(graph, images, seed)
    graph.output(graph.node('Identity', [value], {}, { output: 'embeddings' }), 'float32', ['batch', features])
    return { model: graph.model(), dimensions: features, scores: {}, notes: [] }
  },
}

export const pca: PretextTask<typeof pcaDescriptor.parameters> = {
  descriptor: pcaDescriptor,
  async *fit({ images, seed, threads, parameters }) {
    const products = await MatrixProducts.create(threads)
    try {
      const plain = new Graph('pixels')
      const { value, features } = smallPixels(plain, images, seed)
      plain.output(value, 'float32')
      const chosen = draw(images.count, fitted, random(seed, 0x706361)).sort()
      const x = matrix(chosen.length, features)
      yield atStage('Reading pixels', 0, chosen.length)
      await withSession(plain.model(), { threads }, async (session) => {
        for (const positions of batches(chosen.length, 256)) {
          const data = images.read(positions.map((position) => chosen[position]!))
          const shape = [positions.length, images.size, images.size, 3]
          x.data.set(await session.values({ images: { type: 'uint8', shape, data } }), positions[0]! * features)
        }
      })
      yield atStage('Finding principal components', 0, 1)
      const mean = columnMeans(x)
      const { basis } = await principalComponents(shiftRows(x, mean), parameters.dimensions, seed, products)
      return { model: linearModel(images, seed, mean, basis), dimensions: basis.columns, scores: {}, notes: [] }
    } finally {
      await products.dispose()
    }
  },
}

/** float32 [batch, features], 0–1. */
function smallPixels(graph: Graph, images: ImageSource, seed: number): { value: Value; features: number } {
  const some = images.read(draw(images.count, 200, random(seed, 1)))
  const channels = isGrey(some) ? 1 : 3
  const input = pixelsInput(graph, images.size, channels)
  const step = Math.max(1, Math.floor(images.size / side))
  const pooled = step === 1 ? input : graph.node('AveragePool', [input], { kernel_shape: [step, step], strides: [step, step] })
  const features = channels * Math.floor(images.size / step) ** 2
  return { value: graph.node('Reshape', [pooled, graph.int64([0, features])]), features }
}

function linearModel(images: ImageSource, seed: number, mean: Float32Array, basis: Matrix): Uint8Array {
  const graph = new Graph('pca')
  const { value } = smallPixels(graph, images, seed)
  const centred = graph.node('Sub', [value, graph.float(mean)])
  graph.node('MatMul', [centred, graph.float(basis.data, [basis.rows, basis.columns])], {}, { output: 'embeddings' })
  graph.output('embeddings', 'float32', ['batch', basis.columns])
  return graph.model()
}
