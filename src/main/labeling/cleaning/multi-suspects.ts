/** Labels that may be wrong or missing in a multi-label project, by confident learning class by class (Northcutt, Jiang & Chuang 2021). */
import type { MultiLabels } from '../heads/one-vs-rest'

export interface MultiSuspect {
  /** Of the label, and class index. */
  position: number
  index: number
  /** The class was given and does not show; otherwise it shows and was not given. */
  given: boolean
  /** Probability that the class is there, by a fit without the image. */
  probability: number
}

/**
 * A class that was given is suspected when a fit without the image holds it unlikely; one that was not given when it is as likely as it is,
 * on average, where it was given.
 * @param heldOut float32 [labels, classCount]; rows of labels without a fold are not read
 * @param mayMiss whether nobody has spoken of the class there
 * @returns the clearest first; `clear` of them are clear: what was given is no likelier than where it was not
 */
export function multiSuspects(
  heldOut: Float32Array,
  { targets, classCount }: MultiLabels,
  folds: Int16Array,
  mayMiss: (position: number, index: number) => boolean,
): { found: MultiSuspect[]; clear: number } {
  const judged = [...folds.keys()].filter((position) => folds[position]! >= 0)
  const found: MultiSuspect[] = []
  let clear = 0
  for (let index = 0; index < classCount; index++) {
    const mean = (given: boolean) =>
      meanWhere(heldOut, judged, classCount, index, (at) => targets[at]! !== 0 && targets[at]! > 0 === given)
    const [usual, without] = [Math.max(0.5, mean(true)), mean(false)]
    for (const position of judged) {
      const at = position * classCount + index
      const probability = heldOut[at]!
      const given = targets[at]! > 0
      if (given ? probability >= 0.5 : probability < usual || !mayMiss(position, index)) continue
      found.push({ position, index, given, probability })
      if (!given || probability <= without) clear++
    }
  }
  const clarity = ({ probability }: MultiSuspect) => Math.abs(probability - 0.5)
  found.sort((a, b) => clarity(b) - clarity(a) || a.position - b.position || a.index - b.index)
  return { found, clear }
}

/** Infinity where there is none. */
function meanWhere(
  heldOut: Float32Array,
  judged: number[],
  classCount: number,
  index: number,
  fits: (at: number) => boolean,
): number {
  const values = judged.flatMap((position) =>
    fits(position * classCount + index) ? [heldOut[position * classCount + index]!] : [],
  )
  return values.length === 0 ? Infinity : values.reduce((sum, one) => sum + one, 0) / values.length
}
