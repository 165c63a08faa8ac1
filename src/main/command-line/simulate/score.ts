/** How right a simulated session was: accuracy, balanced accuracy and recall on images without a label; kNN accuracy on all. */

export interface Score {
  accuracy: number
  /** Mean recall of the classes that have images to score. */
  balancedAccuracy: number
  /** By class; null where every image was labeled. */
  recall: Record<string, number | null>
  /** Images scored, and how many of them got a pseudo-label; the others count as wrong. */
  scored: number
  predicted: number
}

/**
 * @param truth class by ordinal
 * @param labeled ordinals the simulated person labeled: never scored
 * @param predictions class by ordinal
 */
export function score(
  classes: readonly string[],
  truth: ReadonlyMap<number, string>,
  labeled: ReadonlySet<number>,
  predictions: ReadonlyMap<number, string>,
): Score {
  const tally = new Map(classes.map((name) => [name, { right: 0, total: 0 }]))
  let predicted = 0
  for (const [ordinal, name] of truth) {
    if (labeled.has(ordinal)) continue
    const guess = predictions.get(ordinal)
    const mine = tally.get(name)!
    mine.total++
    if (guess !== undefined) predicted++
    if (guess === name) mine.right++
  }
  const counted = [...tally.values()].filter(({ total }) => total > 0)
  const scored = sum(counted.map(({ total }) => total))
  return {
    accuracy: ratio(sum(counted.map(({ right }) => right)), scored),
    balancedAccuracy: ratio(sum(counted.map(({ right, total }) => right / total)), counted.length),
    recall: Object.fromEntries([...tally].map(([name, { right, total }]) => [name, total ? right / total : null])),
    scored,
    predicted,
  }
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole)

/** Neighbours that vote. */
export const voters = 5

/**
 * Leave-one-out: each image gets the class most of its nearest others have; of equal ones the class with the most similarity.
 * @param neighbours the nearest others of every ordinal, without itself
 */
export function knnAccuracy(
  truth: ReadonlyMap<number, string>,
  neighbours: ReadonlyMap<number, readonly { ordinal: number; similarity: number }[]>,
): number {
  let right = 0
  for (const [ordinal, near] of neighbours) if (vote(truth, near) === truth.get(ordinal)) right++
  return ratio(right, neighbours.size)
}

function vote(truth: ReadonlyMap<number, string>, near: readonly { ordinal: number; similarity: number }[]): string | undefined {
  const votes = new Map<string, { count: number; similarity: number }>()
  for (const { ordinal, similarity } of near.slice(0, voters)) {
    const name = truth.get(ordinal)!
    const before = votes.get(name) ?? { count: 0, similarity: 0 }
    votes.set(name, { count: before.count + 1, similarity: before.similarity + similarity })
  }
  const ranked = [...votes].sort(([, a], [, b]) => b.count - a.count || b.similarity - a.similarity)
  return ranked[0]?.[0]
}
