/** Events of a photo collection: where the time between two shots, and how they look, say that something else began. */
import { momentRanks, sortedByKey } from './order'

/**
 * What a gap must exceed the usual one around it by, as a logarithm: 17 times (Platt, Czerwinski & Field 2003, PhotoTOC, section 4).
 * Shots that look alike ask for half as much again, shots that have nothing in common for half of it.
 */
const threshold = Math.log(17)
/** Gaps on either side that the usual one is taken from. */
const reach = 10
/** Shorter pauses are as good as none: a burst is no measure of the day. Seconds. */
const shortest = 60
/** Nothing goes on over a longer pause, however rarely photos were taken. Seconds. */
const longest = 3 * 86_400
/** Shots on either side that looks are compared by. */
const compared = 3

export interface Looks {
  /** [rows, dimensions], centred, each row of length 1. */
  readonly embeddings: Float32Array
  readonly dimensions: number
  /** Row of each ordinal, −1 where it has none. */
  readonly rowOf: ArrayLike<number>
}

/**
 * Ordinals by event, in order of time; what has no time is in none.
 * @param takenAt Unix ms by ordinal, NaN where unknown
 */
export function eventsOf(ordinals: Uint32Array, takenAt: Float64Array, looks: Looks | null): Uint32Array[] {
  const timed = ordinals.filter((ordinal) => !Number.isNaN(takenAt[ordinal]!))
  const inTime = sortedByKey(timed, momentRanks(takenAt), false)
  if (inTime.length === 0) return []
  const gaps = Float64Array.from({ length: inTime.length - 1 }, (_, at) =>
    Math.log(Math.max(shortest, (takenAt[inTime[at + 1]!]! - takenAt[inTime[at]!]!) / 1000)),
  )
  const usual = usualGaps(gaps)
  const events: Uint32Array[] = []
  let first = 0
  for (let at = 0; at < gaps.length; at++) {
    if (!endsAfter(gaps[at]!, gaps[at]! - usual(at), () => (looks ? unlikeness(inTime, at, looks) : 0.5))) continue
    events.push(inTime.subarray(first, at + 1))
    first = at + 1
  }
  return [...events, inTime.subarray(first)]
}

/** Whether an event ends at a gap; looks are asked for only where time leaves it open. */
function endsAfter(gap: number, above: number, unlike: () => number): boolean {
  if (gap > Math.log(longest)) return true
  return above >= threshold / 2 && above >= threshold * (1.5 - unlike())
}

/** Mean of the gaps around each. */
function usualGaps(gaps: Float64Array): (at: number) => number {
  const sums = new Float64Array(gaps.length + 1)
  for (let at = 0; at < gaps.length; at++) sums[at + 1] = sums[at]! + gaps[at]!
  return (at) => {
    const [from, to] = [Math.max(0, at - reach), Math.min(gaps.length, at + reach + 1)]
    return (sums[to]! - sums[from]!) / (to - from)
  }
}

/** Of the shots before a gap and those after it, 0 – 1; half where it cannot be told. */
function unlikeness(timed: Uint32Array, gap: number, { embeddings, dimensions, rowOf }: Looks): number {
  const mean = (from: number, to: number) => {
    const sum = new Float64Array(dimensions)
    for (const ordinal of timed.subarray(Math.max(0, from), to)) {
      const row = rowOf[ordinal]!
      if (row >= 0) for (let at = 0; at < dimensions; at++) sum[at]! += embeddings[row * dimensions + at]!
    }
    return sum
  }
  const [before, after] = [mean(gap + 1 - compared, gap + 1), mean(gap + 1, gap + 1 + compared)]
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, at) => sum + value * b[at]!, 0)
  const lengths = Math.sqrt(dot(before, before) * dot(after, after))
  return lengths > 0 ? Math.min(1, 1 - Math.max(0, dot(before, after)) / lengths) : 0.5
}
