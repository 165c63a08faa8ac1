/** How good the instant encoder is and how long it takes, beside plain pixels and their principal components. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { centred, nearestNeighbours } from '../src/main/cluster/neighbours'
import { neighbourCount } from '../src/main/cluster/run-clusters'
import { embedAll } from '../src/main/encoders/embed'
import { type Matrix, matrix, type MatrixProducts, withProducts } from '../src/main/engine/linear-algebra'
import { knnAccuracy } from '../src/main/evaluate/knn-accuracy'
import { fitter, type Head, type HeadInput } from '../src/main/labeling/heads/head'
import { softmaxHead } from '../src/main/labeling/heads/softmax'
import { spreadHead } from '../src/main/labeling/heads/spread'
import { spreadGraph } from '../src/main/labeling/heads/spread-graph'
import { grouping } from '../src/main/labeling/strategies/grouping'
import { typical } from '../src/main/labeling/strategies/typical'
import { tasks } from '../src/main/ssl/registry'
import type { TaskDescriptor } from '../src/main/ssl/task'
import { type ImageSource, imagesInMemory } from '../src/main/views/images'
import type { BenchResult } from './index'

/** Debian package dataset-fashion-mnist. */
const folder = '/usr/share/datasets/fashion-mnist'
const [side, size, classCount] = [28, 32, 10]
const labelsAsked = 100

interface LabeledImages {
  images: ImageSource
  /** Used for answers and scoring only. */
  classes: number[]
}

/** `--count 10000 --seed 0 --threads 2 --tasks instant,pca,pixels`: the first training images, 28 px padded to 32. */
export async function run(given: Record<string, string>): Promise<BenchResult> {
  const [count, seed, threads] = [given['count'] ?? 10_000, given['seed'] ?? 0, given['threads'] ?? 2].map(Number) as [
    number,
    number,
    number,
  ]
  const labeled = fashionMnist(given['data'] ?? folder, count)
  const figures: Record<string, number> = {}
  for (const id of (given['tasks'] ?? 'instant,pca,pixels').split(',')) {
    const began = performance.now()
    const embeddings = await embed(id, labeled.images, seed, threads)
    const seconds = (performance.now() - began) / 1000
    const scores = await withProducts(threads, (products) => score(embeddings, labeled.classes, seed, products))
    for (const [name, value] of Object.entries({ seconds, ...scores })) figures[`${id}.fmnist.${name}`] = value
    console.error(id, JSON.stringify({ seconds, ...scores }))
  }
  return { figures }
}

/** From pixels to embeddings, with the task's own defaults. */
async function embed(id: string, images: ImageSource, seed: number, threads: number): Promise<Matrix> {
  const task = tasks.find(({ descriptor }) => descriptor.id === id)
  if (!task)
    throw new Error(`There is no pretext task "${id}". There are: ${tasks.map(({ descriptor }) => descriptor.id).join(', ')}.`)
  const parameters = (task.descriptor as TaskDescriptor).parameters.parse({})
  const fit = task.fit({ images, seed, threads, parameters, folder: '' })
  let step = await fit.next()
  while (!step.done) step = await fit.next()
  const { model, dimensions, notes } = step.value
  for (const note of notes) console.error(`  ${note}`)
  return matrix(images.count, dimensions, await embedAll(model, images, threads))
}

/** Accuracies as fractions; the 100 labels are asked by the typical strategy, which sees no truth. */
async function score(embeddings: Matrix, classes: number[], seed: number, products: MatrixProducts) {
  const x = centred(embeddings)
  const { k, ids, similarities } = await nearestNeighbours(x, neighbourCount, products)
  const pool = {
    embeddings: x,
    labeled: new Uint8Array(x.rows),
    typicality: new Float32Array(x.rows),
    labels: { rows: new Uint32Array(0), classes: new Uint16Array(0), weights: new Float32Array(0), classCount: 0 },
    guesses: null,
    products,
    groups: grouping(x, products),
  }
  const asked = (await typical.choose(pool, labelsAsked, seed)).map(({ row }) => row)
  const input: HeadInput = {
    embeddings: x.data,
    rows: x.rows,
    dimensions: x.columns,
    graph: spreadGraph(x.rows, k, ids, similarities),
    labels: {
      rows: Uint32Array.from(asked),
      classes: Uint16Array.from(asked, (row) => classes[row]!),
      weights: new Float32Array(asked.length).fill(1),
      classCount,
    },
    products,
  }
  const fitOf = fitter(input, null)
  const accuracy = async (head: Head) => accuracyBeyond(new Set(asked), (await fitOf(head)).probabilities, classes)
  return {
    knn: await knnAccuracy(embeddings, classes, products),
    softmax100: await accuracy(softmaxHead),
    spread100: await accuracy(spreadHead),
  }
}

/** On the images that were not asked about. */
function accuracyBeyond(asked: Set<number>, probabilities: Float32Array, classes: number[]): number {
  const others = classes.map((_, row) => row).filter((row) => !asked.has(row))
  const right = others.filter((row) => {
    const mine = probabilities.subarray(row * classCount, (row + 1) * classCount)
    return mine.indexOf(Math.max(...mine)) === classes[row]
  })
  return right.length / others.length
}

function fashionMnist(from: string, count: number): LabeledImages {
  const grey = gunzipSync(readFileSync(join(from, 'train-images-idx3-ubyte.gz'))).subarray(16)
  const labels = gunzipSync(readFileSync(join(from, 'train-labels-idx1-ubyte.gz'))).subarray(8)
  const pixels = new Uint8Array(count * size * size * 3)
  const margin = (size - side) / 2
  for (let image = 0; image < count; image++) {
    for (let place = 0; place < side * side; place++) {
      const y = Math.floor(place / side) + margin
      const x = (place % side) + margin
      const to = ((image * size + y) * size + x) * 3
      pixels.fill(grey[image * side * side + place]!, to, to + 3)
    }
  }
  return { images: imagesInMemory(pixels, size), classes: [...labels.subarray(0, count)] }
}
