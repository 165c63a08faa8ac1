/** map2d: a place in the plane for each row, so that rows stand near those they resemble. */
import type { Matrix, MatrixProducts } from '../../engine/linear-algebra'
import type { Neighbours } from '../neighbours'
import { fuzzyGraph } from './fuzzy-graph'
import { epochsFor, optimiseLayout } from './optimise'
import { alignTo } from './procrustes'
import { byComponents, byEarlier } from './start'

/** An earlier layout is gone on from when it holds at least this share of the rows. */
const enoughKnown = 0.3
/** Boldness of going on from an earlier layout. */
const careful = 0.2

export interface LayoutOptions {
  seed: number
  products: MatrixProducts
  /** float32 [rows, 2] of an earlier layout, NaN for rows that it lacks. */
  earlier: Float32Array | null
}

/**
 * @param x [rows, dimensions], centred, each row of length 1
 * @returns float32 [rows, 2], turned and scaled to lie as the earlier layout did; yields the share done
 */
export async function* layOut(
  x: Matrix,
  neighbours: Neighbours,
  { seed, products, earlier }: LayoutOptions,
): AsyncGenerator<number, Float32Array> {
  const start = await byComponents(x, products, seed)
  const known = earlier ? earlier.reduce((sum, value) => sum + Number(!Number.isNaN(value)), 0) / earlier.length : 0
  const goOn = earlier !== null && known >= enoughKnown
  const positions = goOn ? byEarlier(earlier, neighbours, start) : start
  const schedule = { epochs: epochsFor(x.rows), seed, boldness: goOn ? careful : 1 }
  if (neighbours.k > 0) {
    for (const share of optimiseLayout(fuzzyGraph(neighbours), positions, schedule)) yield share
  }
  if (goOn) alignTo(earlier, positions)
  return positions
}
