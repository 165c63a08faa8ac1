/**
 * BADGE (Ash et al. 2020): k-means++ on the gradients that the guessed labels would give the last layer, which are long where the head is
 * unsure and point apart where samples differ. A gradient is (p − e) ⊗ x, so products of gradients are products of two short vectors.
 */
import { draw, random } from '../../engine/random'
import { openRows, type Guesses, type Pool, type Strategy } from './strategy'
import { typical } from './typical'

/** Open rows that are looked at. */
const mostCandidates = 4000

export const diverseUncertain: Strategy = {
  id: 'badge',
  async choose(pool, count, seed) {
    const { guesses } = pool
    if (!guesses) return typical.choose(pool, count, seed)
    const open = openRows(pool)
    const candidates = draw(open.length, mostCandidates, random(seed, 0xbad9e))
      .sort()
      .map((at) => open[at]!)
    return seeded(pool, guesses, candidates, count, seed).map((row) => ({
      row,
      why: `Handful is only ${Math.round(guesses.confidences[row]! * 100)}% sure of it, and it differs from the others asked now`,
    }))
  },
}

/** k-means++ seeding: the longest gradient first, then by the squared distance to the nearest chosen one. */
function seeded(pool: Pool, guesses: Guesses, candidates: Uint32Array, count: number, seed: number): number[] {
  const residuals = residualsOf(guesses, candidates)
  const squares = Float64Array.from(candidates, (_, at) => product(residuals, at, at, guesses.classCount))
  const nearest = squares.slice()
  const draws = random(seed, 0x6b2b)
  const chosen: number[] = []
  let next = squares.indexOf(Math.max(...squares))
  while (chosen.length < Math.min(count, candidates.length)) {
    chosen.push(next)
    nearest[next] = 0
    for (let at = 0; at < candidates.length; at++) {
      if (nearest[at] === 0) continue
      const alike = product(residuals, at, next, guesses.classCount) * similarity(pool, candidates[at]!, candidates[next]!)
      nearest[at] = Math.min(nearest[at]!, Math.max(0, squares[at]! + squares[next]! - 2 * alike))
    }
    next = pickBy(nearest, draws.next())
    if (next < 0) break
  }
  return chosen.map((at) => candidates[at]!)
}

/** p − e of the likeliest class, or of each class that is likely where they are independent: float64 [candidates, classCount]. */
function residualsOf({ probabilities, classCount, exponent, independent }: Guesses, candidates: Uint32Array): Float64Array {
  const residuals = new Float64Array(candidates.length * classCount)
  if (independent) {
    return residuals.map((_, at) => {
      const p = probabilities[candidates[Math.floor(at / classCount)]! * classCount + (at % classCount)]!
      return p - Number(p >= 0.5)
    })
  }
  candidates.forEach((row, index) => {
    const mine = residuals.subarray(index * classCount, (index + 1) * classCount)
    let total = 0
    let best = 0
    for (let c = 0; c < classCount; c++) {
      total += mine[c] = probabilities[row * classCount + c]! ** exponent
      if (mine[c]! > mine[best]!) best = c
    }
    for (let c = 0; c < classCount; c++) mine[c]! /= total || 1
    mine[best]! -= 1
  })
  return residuals
}

function product(values: Float64Array, a: number, b: number, width: number): number {
  let sum = 0
  for (let c = 0; c < width; c++) sum += values[a * width + c]! * values[b * width + c]!
  return sum
}

function similarity({ embeddings: { columns, data } }: Pool, a: number, b: number): number {
  let sum = 0
  for (let d = 0; d < columns; d++) sum += data[a * columns + d]! * data[b * columns + d]!
  return sum
}

/** Index drawn with these weights; −1 when all are 0. */
function pickBy(weights: Float64Array, at: number): number {
  let left = at * weights.reduce((sum, one) => sum + one, 0)
  if (left <= 0) return weights.findIndex((one) => one > 0)
  return weights.findIndex((one) => (left -= one) <= 0 && one > 0)
}
