/**
 * Facility location (Wei, Iyer & Bilmes 2015, "Submodularity in data subset selection and active learning"): rows chosen greedily so that
 * every row has a labeled one close by. ProbCover (Yehuda et al. 2022) is the case of balls instead of similarities.
 */
import { matrix } from '../../engine/linear-algebra'
import type { Pool } from './strategy'

/** Rows looked at: all pairs of them are compared. */
const mostRows = 4096

export interface Covering {
  row: number
  /** How many rows it is now the closest labeled one of. */
  covers: number
}

/** @param weightOf what it is worth to have a row covered, at least 0 */
export async function cover(pool: Pool, count: number, weightOf: (row: number) => number): Promise<Covering[]> {
  const rows = lookedAt(pool)
  const closeness = await pairs(pool, rows)
  const n = rows.length
  const weights = Float64Array.from(rows, weightOf)
  const covered = new Float32Array(n)
  const take = (at: number) => {
    let covers = 0
    for (let other = 0, pair = at * n; other < n; other++, pair++) {
      if (closeness[pair]! <= covered[other]!) continue
      covered[other] = closeness[pair]!
      covers++
    }
    return covers
  }
  const gain = (at: number) => {
    let sum = 0
    for (let other = 0, pair = at * n; other < n; other++, pair++) {
      const more = closeness[pair]! - covered[other]!
      if (more > 0) sum += weights[other]! * more
    }
    return sum
  }
  const open: number[] = []
  rows.forEach((row, at) => (pool.labeled[row] ? take(at) : open.push(at)))
  return lazyGreedy(open, count, gain, take).map(({ at, covers }) => ({ row: rows[at]!, covers }))
}

/** Gains only fall as more is covered, so that the best of before is often still the best (Minoux 1978). */
function lazyGreedy(open: number[], count: number, gain: (at: number) => number, take: (at: number) => number) {
  const bounds = Float64Array.from(open, gain)
  const chosen: { at: number; covers: number }[] = []
  while (chosen.length < Math.min(count, open.length)) {
    for (;;) {
      const best = largest(bounds)
      const before = bounds[best]!
      bounds[best] = gain(open[best]!)
      if (bounds[best] < before && largest(bounds) !== best) continue
      bounds[best] = -Infinity
      chosen.push({ at: open[best]!, covers: take(open[best]!) })
      break
    }
  }
  return chosen
}

/** Where the largest value is, of equal ones the first. */
function largest(values: Float64Array): number {
  let best = 0
  for (let at = 1; at < values.length; at++) if (values[at]! > values[best]!) best = at
  return best
}

/** Every labeled row, and an even share of the others. */
function lookedAt({ embeddings: { rows }, labeled }: Pool): Uint32Array {
  const stride = Math.ceil(rows / mostRows)
  return Uint32Array.from(Array.from({ length: rows }, (_, row) => row).filter((row) => row % stride === 0 || labeled[row]))
}

/** Squared cosines, those below 0 as 0: plain ones favour the middle of the folder, higher powers its dense corners. float32 [rows, rows] */
async function pairs({ embeddings: { columns, data }, products }: Pool, rows: Uint32Array): Promise<Float32Array> {
  const x = matrix(rows.length, columns)
  rows.forEach((row, at) => x.data.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  const { data: cosines } = await products.productRight(x, x)
  for (let at = 0; at < cosines.length; at++) {
    const cosine = Math.max(cosines[at]!, 0)
    cosines[at] = cosine * cosine
  }
  return cosines
}
