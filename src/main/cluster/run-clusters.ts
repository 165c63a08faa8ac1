/** From a run's embeddings to its stored neighbours and clusters. */
import type { Progress } from '@shared/model'
import { type Matrix, MatrixProducts } from '../engine/linear-algebra'
import { clusterHierarchy, levelAt } from './hierarchy'
import { centred, nearestNeighbours } from './neighbours'
import { writeClusters } from './stored'

/** Neighbours kept per sample: what clusters, label spreading and typicality use. */
export const neighbourCount = 20

/**
 * @param embeddings rows in canonical order, so that file names change nothing
 * @param ordinals of the rows
 */
export async function* runClusters(
  embeddings: Matrix,
  ordinals: Uint32Array,
  options: { runFolder: string; seed: number; threads: number },
): AsyncGenerator<Progress, { clusters: number; outliers: number }> {
  const stage = (name: string): Progress => ({
    stage: name,
    done: 0,
    total: embeddings.rows,
    rate: null,
    secondsLeft: null,
    values: {},
  })
  yield stage('Finding similar images')
  const products = await MatrixProducts.create(options.threads)
  try {
    const neighbours = await nearestNeighbours(centred(embeddings), neighbourCount, products)
    yield stage('Grouping similar images')
    const hierarchy = clusterHierarchy(neighbours, options.seed)
    writeClusters(options.runFolder, { ordinals, neighbours, hierarchy })
    const { ids, clusters } = levelAt(hierarchy, null)
    return { clusters, outliers: ids.reduce((sum, id) => sum + Number(id < 0), 0) }
  } finally {
    await products.dispose()
  }
}
