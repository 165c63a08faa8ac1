/** Accuracy by the number of labels over label draws: questions by the strategy auto without the truth, the head that the app chooses. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { knnAccuracy } from '../../src/main/evaluate/knn-accuracy'
import { strategies } from '../../src/main/labeling/strategies/registry'
import { multiples } from '../labeled/report'
import { arranged } from '../labeling/embedded-set'
import { Session } from '../labeling/session'
import type { Fit } from './fits'
import { sourceHash } from './source-hash'

export interface Scores {
  /** Leave one out, all images. */
  knn: number
  /** [draw][multiple], of the images without a label. */
  accuracies: number[][]
}

const auto = strategies.find(({ id }) => id === 'auto')!
const sources = sourceHash([
  'bench/labeling/session.ts',
  'bench/quality/draws.ts',
  'src/main/labeling/strategies/registry.ts',
  'src/main/labeling/heads/spread-graph.ts',
  'src/main/evaluate/knn-accuracy.ts',
])

/** Kept beside the fit; draws that are there are not made again. Draw i has the same seed for every fit. */
export async function scoresOf(fit: Fit, draws: number, products: MatrixProducts): Promise<Scores> {
  const path = `${fit.path}.scores-${sources}.json`
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Scores) : null
  const knn = kept?.knn ?? (await knnAccuracy(fit.embeddings, fit.truth, products))
  const accuracies = kept?.accuracies.slice(0, draws) ?? []
  if (accuracies.length === draws) return { knn, accuracies }
  const set = await arranged(fit.path, fit, products)
  while (accuracies.length < draws) {
    const session = new Session(set, products, accuracies.length)
    const mine: number[] = []
    for (const multiple of multiples) {
      await session.label(auto, multiple * fit.classCount - session.asked.length)
      mine.push(session.accuracy())
    }
    accuracies.push(mine)
  }
  writeFileSync(`${path}.partial`, JSON.stringify({ knn, accuracies }))
  renameSync(`${path}.partial`, path)
  return { knn, accuracies }
}
