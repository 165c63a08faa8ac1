/** The 70,000 images of Fashion-MNIST with their instant embeddings, and more of them by jittered interpolation between neighbours. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { nearestNeighbours, centred } from '../../src/main/cluster/neighbours'
import { embedAll } from '../../src/main/encoders/embed'
import { matrix, withProducts } from '../../src/main/engine/linear-algebra'
import { random } from '../../src/main/engine/random'
import { instant } from '../../src/main/ssl/instant'
import { imagesInMemory } from '../../src/main/views/images'

const folder = '/usr/share/datasets/fashion-mnist'
export const side = 28
export const inputSize = 32
export const dimensions = 128
const jitter = 0.1
const neighbours = 10

export interface RealImages {
  count: number
  /** uint8 [count, 28, 28] */
  grey: Buffer
  /** float32 [count, 128] */
  embeddings: Float32Array
  /** int32 [count, 10] */
  near: Int32Array
  /** Class of each, 0–9. */
  classes: Buffer
  encoder: Buffer
}

export async function fashionEmbeddings(cache: string): Promise<RealImages> {
  const part = (name: string, kind: string, head: number) =>
    gunzipSync(readFileSync(join(folder, `${name}-${kind}-ubyte.gz`))).subarray(head)
  const grey = Buffer.concat(['train', 't10k'].map((name) => part(name, 'images-idx3', 16)))
  const classes = Buffer.concat(['train', 't10k'].map((name) => part(name, 'labels-idx1', 8)))
  const count = classes.length
  const [modelPath, embeddingsPath] = [join(cache, 'fashion.onnx'), join(cache, 'fashion.f32')]
  if (!existsSync(embeddingsPath)) await embed(grey, count, modelPath, embeddingsPath)
  const embeddings = new Float32Array(Uint8Array.from(readFileSync(embeddingsPath)).buffer)
  const found = await withProducts(2, (products) =>
    nearestNeighbours(centred(matrix(count, dimensions, embeddings)), neighbours, products),
  )
  return { count, grey, embeddings, near: found.ids, classes, encoder: readFileSync(modelPath) }
}

async function embed(grey: Buffer, count: number, modelPath: string, embeddingsPath: string): Promise<void> {
  const pixels = new Uint8Array(count * inputSize * inputSize * 3)
  const margin = (inputSize - side) / 2
  for (let at = 0; at < grey.length; at++) {
    const place = at % (side * side)
    const row = Math.floor(at / (side * side)) * inputSize + Math.floor(place / side) + margin
    pixels.fill(grey[at]!, (row * inputSize + (place % side) + margin) * 3, (row * inputSize + (place % side) + margin) * 3 + 3)
  }
  const images = imagesInMemory(pixels, inputSize)
  const parameters = instant.descriptor.parameters.parse({ dimensions })
  const steps = instant.fit({ images, seed: 0, threads: 2, parameters, folder: '' })
  let step = await steps.next()
  while (!step.done) step = await steps.next()
  writeFileSync(modelPath, step.value.model)
  writeFileSync(embeddingsPath, await embedAll(step.value.model, images, 2))
}

/** Embedding of sample `index`: a real one, or between a real one and one of its neighbours, moved a little. */
export function embeddingOf(real: RealImages, index: number): { base: number; vector: Float32Array } {
  const draw = random(index, 0x7363616c)
  const base = index < real.count ? index : draw.below(real.count)
  const from = real.embeddings.subarray(base * dimensions, (base + 1) * dimensions)
  if (index < real.count) return { base, vector: from }
  const other = real.near[base * neighbours + draw.below(neighbours)]! * dimensions
  const share = draw.next() / 2
  const vector = new Float32Array(dimensions)
  for (let d = 0; d < dimensions; d++) {
    const apart = real.embeddings[other + d]! - from[d]!
    vector[d] = from[d]! + share * apart + jitter * Math.abs(apart) * draw.normal()
  }
  return { base, vector }
}
