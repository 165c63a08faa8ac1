/** Which of several encoders names the same labeled samples best, and how sure that is. */

/** The best is ahead of another one by this share of the samples. */
interface Lead {
  readonly over: string
  readonly gain: number
  /** 95 % interval of the gain. */
  readonly low: number
  readonly high: number
}

interface Ranking {
  /** Best first; of equals the one given first. */
  readonly order: readonly string[]
  /** Over every other encoder, in that order. */
  readonly leads: readonly Lead[]
}

/** Of the standard normal, two-sided. */
const ninetyFive = 1.96

/**
 * @param right by encoder, 1 for each sample that it names rightly; the same samples in the same order
 * @throws RangeError when they are not of one length
 */
export function rankedByLabels(right: ReadonlyMap<string, Uint8Array>): Ranking {
  const order = [...right.keys()].sort((a, b) => countOf(right.get(b)!) - countOf(right.get(a)!))
  const [best, ...others] = order
  if (best === undefined) return { order, leads: [] }
  return { order, leads: others.map((over) => ({ over, ...pairedGain(right.get(best)!, right.get(over)!) })) }
}

/** Of the samples that are named rightly. */
export const countOf = (right: Uint8Array) => right.reduce((sum, each) => sum + each, 0)

/**
 * Difference of two shares on the same samples with its interval, from the samples that only one of them gets right; half a sample is added
 * to each of the four kinds, without which few samples look surer than they are (Agresti & Min 2005).
 */
export function pairedGain(one: Uint8Array, other: Uint8Array): { gain: number; low: number; high: number } {
  const { count, wins, losses } = compared(one, other)
  const [more, less, all] = [wins + 0.5, losses + 0.5, count + 2]
  const centre = (more - less) / all
  const half = (ninetyFive * Math.sqrt(more + less - (more - less) ** 2 / all)) / all
  return { gain: (wins - losses) / count, low: Math.max(-1, centre - half), high: Math.min(1, centre + half) }
}

/**
 * The chance that equals differ as far as this in favour of `one`, or further: the exact test of McNemar (1947), one-sided, which holds its level with
 * however few samples.
 */
export function chanceOfGain(one: Uint8Array, other: Uint8Array): number {
  const { wins, losses } = compared(one, other)
  const differ = wins + losses
  // Ways to win more often still, from all down.
  let [ways, sum] = [1, 1]
  for (let lost = 1; lost <= losses; lost++) {
    ways *= (differ - lost + 1) / lost
    sum += ways
  }
  return sum / 2 ** differ
}

/** Of the samples that only one of two gets right, how many each. */
function compared(one: Uint8Array, other: Uint8Array): { count: number; wins: number; losses: number } {
  const count = one.length
  if (other.length !== count) throw new RangeError(`encoders were tried on ${count} and on ${other.length} samples`)
  let [wins, losses] = [0, 0]
  for (let at = 0; at < count; at++) {
    if (one[at]! > other[at]!) wins++
    else if (one[at]! < other[at]!) losses++
  }
  return { count, wins, losses }
}
