/** Looks at an encoder while it is trained. */
import { z } from 'zod'
import { Ordinal } from './model'

/** A look at how good the encoder of a run had become, at samples held back from training. */
export const Look = z.object({
  /** Steps done; null at the end of the run. */
  step: z.number().int().nullable(),
  /** That the run had taken until then. */
  seconds: z.number(),
  /** As `Run.scores`. */
  scores: z.record(z.string(), z.number()),
})
export type Look = z.infer<typeof Look>

/** An image and those most like it, nearest first. */
export const NeighbourRow = z.object({ of: Ordinal, like: z.array(Ordinal) })
export type NeighbourRow = z.infer<typeof NeighbourRow>

export const LookRecord = z.object({
  looks: z.array(Look),
  /** Neighbours of a few images, by the network before training and at the newest look. */
  before: z.array(NeighbourRow).nullable(),
  now: z.array(NeighbourRow).nullable(),
  /** While a run settles: the step that it went back to, of whose network `now` is. */
  settlesFrom: z.number().int().optional(),
})
export type LookRecord = z.infer<typeof LookRecord>
