/** From a run's embeddings to its stored neighbours, clusters and map2d. */
import { join } from 'node:path'
import type { Progress } from '@shared/model'
import { type Matrix, MatrixProducts, withProducts } from '../engine/linear-algebra'
import { clusterHierarchy, levelAt } from './hierarchy'
import { layOut } from './map2d/layout'
import { preservation } from './map2d/preservation'
import { readMap, writeMap } from './map2d/stored'
import { centred, nearestNeighbours } from './neighbours'
import { readClusters, writeClusters } from './stored'

/** Neighbours kept per sample: what clusters, label spreading, typicality and the map use. */
export const neighbourCount = 20

interface Options {
  runFolder: string
  seed: number
  threads: number
}

/**
 * @param embeddings rows in canonical order, so that file names change nothing
 * @param ordinals of the rows
 */
export async function* runClusters(
  embeddings: Matrix,
  ordinals: Uint32Array,
  { runFolder, seed, threads }: Options,
): AsyncGenerator<Progress, { clusters: number; outliers: number }> {
  yield progress('Finding similar images', embeddings.rows)
  const neighbours = await withProducts(threads, (products) => nearestNeighbours(centred(embeddings), neighbourCount, products))
  yield progress('Grouping similar images', embeddings.rows)
  const hierarchy = clusterHierarchy(neighbours, seed)
  writeClusters(runFolder, { ordinals, neighbours, hierarchy })
  const { ids, clusters } = levelAt(hierarchy, null)
  return { clusters, outliers: ids.reduce((sum, id) => sum + Number(id < 0), 0) }
}

const stage = 'Drawing the map'

/**
 * Lays out the rows whose clusters are stored; the map of an earlier run, or the run's own, is gone on from.
 * @param earlierFolder the run whose map the person saw last
 * @returns share of the neighbourhoods kept, 0–1
 */
export async function* runMap(
  embeddings: Matrix,
  ordinals: Uint32Array,
  { runFolder, seed, threads, earlierFolder }: Options & { earlierFolder: string },
): AsyncGenerator<Progress, { preservation: number }> {
  yield progress(stage, embeddings.rows)
  const stored = readClusters(runFolder)
  if (!stored) throw new Error(`${join(runFolder, 'clusters.bin')} is missing: the map follows the clusters`)
  const earlier = readMap(runFolder) ?? readMap(earlierFolder)
  const began = performance.now()
  const products = await MatrixProducts.create(threads)
  let positions: Float32Array
  try {
    const layout = layOut(centred(embeddings), stored.neighbours, {
      seed,
      products,
      earlier: earlier && rowsOfMap(earlier.positions, ordinals),
    })
    for (let told = 0; ;) {
      const step = await layout.next()
      if (step.done) {
        positions = step.value
        break
      }
      if (performance.now() - told < 200) continue
      told = performance.now()
      const secondsLeft = ((told - began) / 1000) * (1 / step.value - 1)
      yield { ...progress(stage, embeddings.rows), done: Math.floor(step.value * embeddings.rows), secondsLeft }
      await new Promise(setImmediate) // lets the channel tell it
    }
  } finally {
    await products.dispose()
  }
  const kept = preservation(stored.neighbours, positions)
  const byOrdinal = new Float32Array((ordinals.reduce((most, ordinal) => Math.max(most, ordinal), -1) + 1) * 2).fill(NaN)
  ordinals.forEach((ordinal, row) => byOrdinal.set(positions.subarray(row * 2, row * 2 + 2), ordinal * 2))
  writeMap(runFolder, { positions: byOrdinal, preservation: kept })
  return { preservation: kept }
}

function rowsOfMap(positions: Float32Array, ordinals: Uint32Array): Float32Array {
  const rows = new Float32Array(ordinals.length * 2).fill(NaN)
  ordinals.forEach((ordinal, row) => rows.set(positions.subarray(ordinal * 2, ordinal * 2 + 2), row * 2))
  return rows
}

const progress = (name: string, total: number): Progress => ({
  stage: name,
  done: 0,
  total,
  rate: null,
  secondsLeft: null,
  values: {},
})
