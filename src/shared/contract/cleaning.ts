/** What may be wrong in a labeled folder: labels, near copies labeled apart, classes that overlap, images unlike all others. */
import { z } from 'zod'
import { AnnotationEntry, Ordinal, Uuid } from '../model'
import { procedure } from './base'

/** A label that a fit without it disagrees with. */
export const SuspectRow = z.object({
  ordinal: Ordinal,
  /** In multi-label projects one of the two is null: a class that was given and does not show, or one that shows and was not given. */
  given: Uuid.nullable(),
  suggested: Uuid.nullable(),
  /** How likely the suggestion is, and how likely what the labels say, 0–1. */
  confidence: z.number(),
  support: z.number(),
})
export type SuspectRow = z.infer<typeof SuspectRow>

/** Two classes of which `shared` labels clearly look like the other, of all their labels. */
export const Overlap = z.object({ classId: Uuid, otherId: Uuid, shared: z.number().int(), of: z.number().int() })
export type Overlap = z.infer<typeof Overlap>

/** Near copies, the best shot first: the sharpest of those that are about as large as the largest. */
export const Stack = z.object({
  ordinals: z.array(Ordinal),
  /** Two of them are labeled differently. */
  conflict: z.boolean(),
  /** What most of the labeled ones are; null when none is, and in multi-label projects. */
  suggested: Uuid.nullable(),
})
export type Stack = z.infer<typeof Stack>

export const CleaningSummary = z.object({
  /** Null while it cannot be told; `waitingFor` says why. */
  suspects: z.number().int().nullable(),
  waitingFor: z.string().nullable(),
  /** How many labels clearly look like another class. */
  clear: z.number().int(),
  overlaps: z.array(Overlap),
  stacks: z.number().int(),
  conflicts: z.number().int(),
  /** Unlabeled images unlike all others, see SampleQuery.outlier. */
  outliers: z.number().int(),
})
export type CleaningSummary = z.infer<typeof CleaningSummary>

const page = { offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(1000) }

export const cleaning = {
  summary: procedure.output(CleaningSummary),
  /** The clearest first. `between`: only labels of one of the two classes that look like the other. @throws NOT_READY */
  suspects: procedure
    .input(z.object({ between: z.tuple([Uuid, Uuid]).optional(), ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(SuspectRow) })),
  /** Those labeled apart first. */
  stacks: procedure
    .input(z.object({ conflicts: z.boolean().default(false), ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(Stack) })),
  /** The labels of these are right: they are the person's from now on and not suspected again. */
  keep: procedure
    .input(z.object({ ordinals: z.array(Ordinal).min(1).max(10_000), classId: Uuid.optional() }))
    .output(AnnotationEntry),
}
