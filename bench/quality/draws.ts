/**
 * Accuracy by the number of labels over label draws: questions by the strategy auto without the truth, the head that the app chooses. What auto asks
 * first follows from the images alone, so each draw is played on a random part of them, the same part for every encoder.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { matrix, type MatrixProducts } from '../../src/main/engine/linear-algebra'
import { draw, random } from '../../src/main/engine/random'
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
  /** [draw][multiple], of the images of the draw without a label. */
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

/** Kept beside the fit; draws that are there are not made again. */
export async function scoresOf(fit: Fit, draws: number, products: MatrixProducts): Promise<Scores> {
  const path = `${fit.path}.scores-${sources}.json`
  const kept = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Scores) : null
  const knn = kept?.knn ?? (await knnAccuracy(fit.embeddings, fit.truth, products))
  const accuracies = kept?.accuracies.slice(0, draws) ?? []
  if (accuracies.length === draws) return { knn, accuracies }
  while (accuracies.length < draws) {
    const seed = accuracies.length
    const session = new Session(await arranged(fit.path, partOf(fit, seed), products), products, seed)
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

/** Of the images in a draw. */
const drawnShare = 0.8

/** The same rows for every fit of a set. */
function partOf({ embeddings, truth, classCount }: Fit, seed: number) {
  const { rows, columns, data } = embeddings
  const drawn = draw(rows, Math.round(drawnShare * rows), random(0xd7a3, seed)).sort()
  const part = matrix(drawn.length, columns)
  drawn.forEach((row, at) => part.data.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  return { embeddings: part, truth: Array.from(drawn, (row) => truth[row]!), classCount }
}
