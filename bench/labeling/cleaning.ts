/** Planted mistakes, five in a hundred, among labels of a whole set: how many are found, and how soon. */
import type { MatrixProducts } from '../../src/main/engine/linear-algebra'
import { random } from '../../src/main/engine/random'
import { cleaningFolds, suspects } from '../../src/main/labeling/cleaning/suspects'
import { blendHead } from '../../src/main/labeling/heads/blend'
import { calibrate, tempered } from '../../src/main/labeling/heads/calibration'
import { fitter } from '../../src/main/labeling/heads/head'
import type { EmbeddedSet } from './embedded-set'

const mistakes = 0.05

export interface Cleaned {
  /** Share of the planted mistakes that are suspected at all. */
  recall: number
  /** Share of planted mistakes among as many of the first suspects as were planted, and their average precision. */
  first: number
  averagePrecision: number
  /** Labels that clearly look like another class, for each mistake that was planted. */
  clear: number
}

export async function cleanedOf(
  { x, graph, truth, classCount }: EmbeddedSet,
  seed: number,
  products: MatrixProducts,
): Promise<Cleaned> {
  const draws = random(seed, 0xbad)
  const planted = new Set<number>()
  const classes = Uint16Array.from(truth, (right, row) => {
    if (draws.next() >= mistakes) return right
    planted.add(row)
    return (right + 1 + draws.below(classCount - 1)) % classCount
  })
  const labels = { rows: Uint32Array.from(truth.keys()), classes, weights: new Float32Array(x.rows).fill(1), classCount }
  const folds = cleaningFolds(classes, seed)
  const input = { embeddings: x.data, rows: x.rows, dimensions: x.columns, graph, labels, products }
  const { heldOut } = await fitter(input, folds)(blendHead)
  const judged = [...folds.keys()].filter((position) => folds[position]! >= 0)
  tempered(heldOut, classCount, calibrate(heldOut, judged, classes, classCount))
  const { found, joint } = suspects(heldOut, classes, folds, classCount)
  let hits = 0
  let averagePrecision = 0
  found.forEach(({ position }, index) => {
    if (planted.has(position)) averagePrecision += ++hits / (index + 1) / planted.size
  })
  const first = found.slice(0, planted.size).filter(({ position }) => planted.has(position)).length / planted.size
  const clear = joint.reduce((sum, count, at) => sum + (at % (classCount + 1) === 0 ? 0 : count), 0) / planted.size
  return { recall: hits / planted.size, first, averagePrecision, clear }
}
