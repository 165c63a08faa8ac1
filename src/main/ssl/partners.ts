/** Images that stand for one another in training: neighbours that an encoder tells apart no better than altered versions of one image. */
import type { Progress } from '@shared/model'
import { type Neighbours, nearestNeighbours } from '../cluster/neighbours'
import { alteredBy, describe, type Description } from '../encoders/describe'
import type { Pair } from '../encoders/rescaled'
import { columnMeans, type Matrix, normalizeRows, shiftRows } from '../engine/linear-algebra'
import { draw, random } from '../engine/random'
import type { Partners } from './batches'
import type { Race } from './race'
import { atStage } from './task'

interface Alike {
  /** What the encoder says of the images among which pairs were looked for. */
  readonly seen: Matrix
  /** Rows of `seen`, each pair once. */
  readonly pairs: readonly Pair[]
  readonly partners: Partners
  readonly notes: readonly string[]
}

/** Images among which partners are looked for, at most, and how often each is described. */
export const [mostPaired, viewsPaired] = [10_000, 2]
/** Neighbours that may be partners. */
const mostNear = 10
/** Views that no fit has seen. */
const freshView = 3_000_000

/**
 * Positives beyond an image's own views (NNCLR, Dwibedi et al. 2021, section 3), with a test of whether the folder holds any: of two images each is among
 * the nearest of the other, and they are as alike as they are to altered versions of themselves, in the mean of both.
 */
export async function* findPartners(
  encoder: Description,
  { images, source, seed, products }: Race,
): AsyncGenerator<Progress, Alike> {
  const chosen = draw(images.count, mostPaired, random(seed, 0x7061)).sort()
  const seen = yield* shown(describe(images, chosen, encoder), 0, viewsPaired * chosen.length)
  const change = alteredBy(source.augmentation, images.size, seed, freshView)
  const altered = yield* shown(describe(images, chosen, { ...encoder, change }), chosen.length, viewsPaired * chosen.length)
  const mean = columnMeans(seen)
  const [rows, versions] = [seen, altered].map((one) => normalizeRows(shiftRows(one, mean))) as [Matrix, Matrix]
  const near = await nearestNeighbours(rows, mostNear, products)
  const pairs = pairsAlike(near, ownLikeness(rows, versions))
  const partners: number[][] = []
  for (const [one, other] of pairs) {
    ;(partners[chosen[one]!] ??= []).push(chosen[other]!)
    ;(partners[chosen[other]!] ??= []).push(chosen[one]!)
  }
  const share = Math.round((100 * Object.keys(partners).length) / chosen.length)
  const of = chosen.length < images.count ? `${chosen.length.toLocaleString('en')} images looked at` : 'images'
  const note = `${share} % of the ${of} look as much like another one as like altered versions of themselves: the network took such images for one, and what they differ in counts for less.`
  return { seen, pairs, partners, notes: pairs.length > 0 ? [note] : [] }
}

/** Each pair once. @param own how alike each row is to an altered version of itself */
export function pairsAlike({ rows, k, ids, similarities }: Neighbours, own: Float32Array): Pair[] {
  const near = Array.from({ length: rows }, (_, row) => ids.subarray(row * k, (row + 1) * k))
  return near.flatMap((some, one) =>
    Array.from(some, (other, at): [number, number, number] => [one, other, similarities[one * k + at]!])
      .filter(([, other, alike]) => one < other && near[other]!.includes(one) && alike >= (own[one]! + own[other]!) / 2)
      .map(([, other]): Pair => [one, other]),
  )
}

/** @param rows @param versions [rows, columns], each row of length 1 */
function ownLikeness(rows: Matrix, versions: Matrix): Float32Array {
  const likeness = new Float32Array(rows.rows)
  for (let at = 0; at < rows.data.length; at++) likeness[Math.floor(at / rows.columns)]! += rows.data[at]! * versions.data[at]!
  return likeness
}

/** Counted by what `describe` yields. */
async function* shown(counts: AsyncGenerator<number, Matrix>, before: number, total: number): AsyncGenerator<Progress, Matrix> {
  for (;;) {
    const step = await counts.next()
    if (step.done) return step.value
    yield atStage('Looking for images that are alike', before + step.value, total)
  }
}
