/** How long a refit takes: 20,000 embeddings of 128 dimensions, 20 classes, by the number of labels. */
import { centred, nearestNeighbours } from '../src/main/cluster/neighbours'
import { matrix, MatrixProducts } from '../src/main/engine/linear-algebra'
import { random } from '../src/main/engine/random'
import type { HeadInput } from '../src/main/labeling/heads/head'
import { fitBestHead } from '../src/main/labeling/heads/select'
import { spreadGraph } from '../src/main/labeling/heads/spread-graph'
import type { BenchResult } from './index'

const classCount = 20
const labelCounts = [20, 100, 200, 1000, 5000]

/** Options: rows, dimensions. Per number of labels: the first refit, which cross-validates, and the next, which keeps the choice. */
export async function run(options: Record<string, string>): Promise<BenchResult> {
  const rows = Number(options['rows'] ?? 20_000)
  const dimensions = Number(options['dimensions'] ?? 128)
  const draw = random(1)
  const values = Float32Array.from({ length: rows * dimensions }, () => draw.normal())
  for (let row = 0; row < rows; row++) values[row * dimensions + (row % classCount)]! += 3
  const products = await MatrixProducts.create()
  const embeddings = centred(matrix(rows, dimensions, values))
  const { k, ids, similarities } = await nearestNeighbours(embeddings, 20, products)
  await products.dispose()
  const graph = spreadGraph(rows, k, ids, similarities)
  const figures: Record<string, number> = {}
  for (const count of labelCounts) {
    const labels = {
      rows: Uint32Array.from({ length: count }, (_, index) => index),
      classes: Uint16Array.from({ length: count }, (_, index) => index % classCount),
      weights: new Float32Array(count).fill(1),
      classCount,
    }
    const input: HeadInput = { embeddings: embeddings.data, rows, dimensions, graph, labels }
    const [first, { fitted, choice }] = timed(() => fitBestHead(input, 0, null))
    const [next] = timed(() => fitBestHead(input, 0, choice))
    const right = fitted.predictions.reduce((sum, one, row) => sum + Number(one === row % classCount), 0)
    figures[`heads.${count}.validated_ms`] = Math.round(first)
    figures[`heads.${count}.ms`] = Math.round(next)
    figures[`heads.${count}.accuracy`] = right / rows
  }
  return { figures }
}

function timed<T>(work: () => T): [number, T] {
  const began = performance.now()
  const result = work()
  return [performance.now() - began, result]
}
