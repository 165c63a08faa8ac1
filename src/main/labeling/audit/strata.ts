/** Which pseudo-labels an audit would accept, by a threshold per predicted class, and the rings of like confidence it draws them from. */

/** Unlabeled samples and what a frozen head says of them. */
export interface Guesses {
  ordinals: Uint32Array
  /** Class index of each. */
  classes: Uint16Array
  /** 0–1. */
  confidences: Float32Array
}

/** Guesses of about one confidence. */
export interface Ring {
  /** Positions among the guesses. */
  members: number[]
  /** Share of errors that the head itself expects. */
  errors: number
}

/** Errors expected of a guess at least, whatever the head says: confidences may be wrong. */
const fewestErrors = 0.01
/** Members of a ring at least, on average over those cut together. */
const fewestMembers = 25

/** Lowest accepted confidence by class index, null where none of the class is: its surest guesses have this precision by their own confidences. */
export function thresholdsFor({ classes, confidences }: Guesses, classCount: number, precision: number): (number | null)[] {
  const ranked = Array.from({ length: classCount }, () => [] as number[])
  classes.forEach((index, at) => ranked[index]!.push(confidences[at]!))
  return ranked.map((mine) => {
    let sum = 0
    let lowest: number | null = null
    mine
      .sort((a, b) => b - a)
      .forEach((confidence, at) => {
        sum += confidence
        // Equal confidences are accepted together.
        if (mine[at + 1] !== confidence && sum >= precision * (at + 1)) lowest = confidence
      })
    return lowest
  })
}

export const accepts = (thresholds: readonly (number | null)[], { classes, confidences }: Guesses, at: number) => {
  const threshold = thresholds[classes[at]!] ?? null
  return threshold !== null && confidences[at]! >= threshold
}

/** The surest first, cut so that each ring has about as much of the deviation that its guesses are expected to have (Dalenius & Hodges 1959). */
export function cutIntoRings(members: number[], { confidences }: Guesses, most: number): Ring[] {
  const sorted = [...members].sort((a, b) => confidences[b]! - confidences[a]! || a - b)
  const deviations = sorted.map((at) => deviation(expectedErrors(confidences[at]!)))
  const total = deviations.reduce((sum, one) => sum + one, 0)
  const count = Math.max(1, Math.min(most, Math.floor(sorted.length / fewestMembers)))
  const rings: number[][] = []
  let passed = 0
  sorted.forEach((at, index) => {
    const ring = Math.min(count - 1, Math.floor((passed / total) * count))
    ;(rings[ring] ??= []).push(at)
    passed += deviations[index]!
  })
  return rings.filter(Boolean).map((mine) => {
    const mean = mine.reduce((sum, at) => sum + confidences[at]!, 0) / mine.length
    return { members: mine, errors: expectedErrors(mean) }
  })
}

/** Neyman's allocation (1934): in proportion to size and expected deviation, whole numbers that add up to `total`, each ring a few times at least. */
export function allocate(rings: readonly Ring[], total: number): number[] {
  const counts = rings.map(({ members }) => Math.min(members.length, fewestDraws))
  const weights = rings.map(({ members, errors }) => members.length * deviation(errors))
  for (let left = total - counts.reduce((sum, one) => sum + one, 0); left > 0; left--) {
    const open = rings.map(({ members }, at) => (counts[at]! < members.length ? weights[at]! / (counts[at]! + 1) : -1))
    counts[open.indexOf(Math.max(...open))]!++
  }
  return counts
}

const fewestDraws = 6
const expectedErrors = (confidence: number) => Math.min(0.5, Math.max(fewestErrors, 1 - confidence))
const deviation = (share: number) => Math.sqrt(share * (1 - share))
