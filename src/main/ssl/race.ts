/** What the parts of the encoder race know of it, and how they are scored. */
import type { z } from 'zod'
import type { Description } from '../encoders/describe'
import type { InstantSource } from '../encoders/instant'
import type { MatrixProducts } from '../engine/linear-algebra'
import { foundBy } from '../evaluate/label-free'
import { countOf } from '../evaluate/ranking'
import { poolOf } from '../evaluate/score-pool'
import type { autoDescriptor } from './auto.descriptor'
import type { FitContext } from './task'

/** Of each part. */
export const dimensions = 128
/** Images that scores look at. */
export const mostScored = 1000

export type Context = FitContext<z.infer<typeof autoDescriptor.parameters>>

export interface Race extends Context {
  readonly source: InstantSource
  /** Seconds. */
  readonly left: () => number
  /** That a look of the instant encoder took, with what was computed from it. */
  readonly secondsPerLook: number
  readonly products: MatrixProducts
}

/** What is best so far: parts of one embedding. */
export interface Best {
  readonly encoder: Description
  /** Columns of each. */
  readonly parts: readonly number[]
  readonly notes: readonly string[]
  /** Which images an altered version finds by it, where that is known. */
  readonly found?: Uint8Array
  /** That the stock encoder takes to describe an image where it joined. */
  readonly secondsPerImage: number
}

/** Which images an altered version finds by this encoder. */
export function foundIn(
  { model, columns }: Description,
  { images, threads, pool = poolOf(images, mostScored), products }: Race,
): Promise<Uint8Array> {
  return foundBy({ model, dimensions: columns }, pool, threads, products)
}

export const shareOf = (found: Uint8Array) => `${((100 * countOf(found)) / found.length).toFixed(1)} %`
