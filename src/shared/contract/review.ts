/** Pseudo-labels: how many, how sure, accept them. */
import { z } from 'zod'
import { AnnotationEntry, Uuid } from '../model'
import { procedure } from './base'

export const HeadState = z.object({
  /** Plain name of what was chosen: label spreading, softmax head. */
  title: z.string(),
  /** Cross-validated accuracy on annotations by method, fractions; empty when there are too few labels to say. */
  crossValidated: z.record(z.string(), z.number()),
  /** How many labels it was fitted on. */
  labels: z.number().int(),
  milliseconds: z.number(),
  /** Annotations came since; a refit is under way. */
  stale: z.boolean(),
})
export type HeadState = z.infer<typeof HeadState>

export const ReviewSummary = z.object({
  head: HeadState.nullable(),
  /** Why there are no pseudo-labels yet, or null. */
  waitingFor: z.string().nullable(),
  classes: z.array(
    z.object({
      classId: Uuid,
      pseudoLabels: z.number().int(),
      /** Pseudo-labels per tenth of confidence: [0, 0.1) … [0.9, 1]. */
      histogram: z.array(z.number().int()).length(10),
    }),
  ),
})
export type ReviewSummary = z.infer<typeof ReviewSummary>

export const review = {
  /**
   * Fine-tunes the encoder in use on the labels: a job. Its result is put to use only if more of the fair samples are guessed right.
   */
  fineTune: procedure
    .input(z.object({ seed: z.number().int().nonnegative().default(0) }))
    .output(z.object({ jobId: Uuid, runId: Uuid })),
  summary: procedure.output(ReviewSummary),
  /** Fit now and answer when the pseudo-labels are stored. */
  refit: procedure.output(ReviewSummary),
  /** How many pseudo-labels an `accept` would accept. */
  countAbove: procedure
    .input(z.object({ classId: Uuid.optional(), minConfidence: z.number().min(0).max(1) }))
    .output(z.number().int()),
  /** Accepted pseudo-labels become labels of source `propagated`. */
  accept: procedure
    .input(z.object({ classId: Uuid.optional(), minConfidence: z.number().min(0).max(1) }))
    .output(AnnotationEntry),
}
