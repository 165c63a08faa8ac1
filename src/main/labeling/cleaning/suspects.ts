/** Labels that may be wrong, by confident learning (Northcutt, Jiang & Chuang 2021, section 3). */
import { draw, random } from '../../engine/random'
import { likeliest } from '../heads/calibration'

export interface Suspect {
  /** Of the label. */
  position: number
  /** Class it is likely to be, and how likely by a fit without it; `support`: how likely the class it has. */
  suggested: number
  confidence: number
  support: number
}

const folds = 5

/** Every label in one of five folds, stratified; −1: the only one of its class, which cannot be judged. */
export function cleaningFolds(classes: Uint16Array, seed: number): Int16Array {
  const byClass = Map.groupBy(draw(classes.length, classes.length, random(seed, 0xc1ea)), (position) => classes[position]!)
  const fold = new Int16Array(classes.length).fill(-1)
  let at = 0
  for (const positions of byClass.values())
    if (positions.length > 1) for (const position of positions) fold[position] = at++ % folds
  return fold
}

/**
 * A label is suspected when a fit without it holds another class likelier; of planted mistakes that finds nine in ten (`bench -- labeling`). How many
 * clearly look like another class is told by `joint`, which counts a label as class j only where the fit is as sure of j as it is, on average, of what
 * is labeled j.
 * @param heldOut float32 [labels, classCount], calibrated; rows of labels without a fold are not read
 * @returns the clearest first, and how many labels of class i look like class j at [i × classCount + j]
 */
export function suspects(
  heldOut: Float32Array,
  classes: Uint16Array,
  fold: Int16Array,
  classCount: number,
): { found: Suspect[]; joint: Uint32Array } {
  const judged = [...classes.keys()].filter((position) => fold[position]! >= 0)
  const thresholds = ownConfidence(heldOut, classes, judged, classCount)
  const joint = new Uint32Array(classCount ** 2)
  const found: Suspect[] = []
  for (const position of judged) {
    const given = classes[position]!
    const p = heldOut.subarray(position * classCount, (position + 1) * classCount)
    const suggested = likeliest(heldOut, position, classCount)
    if (p[suggested]! > p[given]!) found.push({ position, suggested, confidence: p[suggested]!, support: p[given]! })
    let looks = -1
    for (let c = 0; c < classCount; c++) if (p[c]! >= thresholds[c]! && (looks < 0 || p[c]! > p[looks]!)) looks = c
    if (looks >= 0) joint[given * classCount + looks]!++
  }
  found.sort((a, b) => b.confidence - b.support - (a.confidence - a.support) || a.position - b.position)
  return { found, joint }
}

/** By class: the mean confidence in it of what is labeled so. */
function ownConfidence(heldOut: Float32Array, classes: Uint16Array, judged: number[], classCount: number): Float64Array {
  const sums = new Float64Array(classCount)
  const counts = new Uint32Array(classCount)
  for (const position of judged) {
    const given = classes[position]!
    sums[given]! += heldOut[position * classCount + given]!
    counts[given]!++
  }
  return sums.map((sum, c) => (counts[c]! > 0 ? sum / counts[c]! : Infinity))
}
