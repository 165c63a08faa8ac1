/** The audit: a blind check of a few pseudo-labels that says how right all of them are, with a bound that holds. */
import { z } from 'zod'
import { AnnotationEntry, Ordinal, Uuid } from '../model'
import { procedure } from './base'

const Fraction = z.number().min(0).max(1)

/** Fixed before the first answer. */
export const AuditPlanFacts = z.object({
  target: Fraction,
  seed: z.number().int(),
  /** Pseudo-labels by ring of like confidence, the surest first; only one where they are few. */
  sizes: z.array(z.number().int()),
  /** Share of errors that the head itself expects, by ring. */
  errors: z.array(Fraction),
  /** How many rings each level accepts, the strictest level first. */
  levels: z.array(z.number().int()),
  /** By level and class: lowest confidence accepted, null where none of the class is. */
  thresholds: z.array(z.array(Fraction.nullable())),
  /** Precision that the head itself expects, by level. */
  expected: z.array(Fraction),
  /** Checks at each look. */
  looks: z.array(z.number().int()),
})
export type AuditPlanFacts = z.infer<typeof AuditPlanFacts>

export const AuditLevel = z.object({
  accepted: z.number().int(),
  /** NaN cannot cross; null before anything is drawn of every ring. */
  estimate: Fraction.nullable(),
  lower: Fraction,
  upper: Fraction,
  holds: z.boolean(),
})

export const AuditVerdict = z.object({
  checked: z.number().int(),
  looks: z.number().int(),
  untilLook: z.number().int(),
  levels: z.array(AuditLevel),
  state: z.enum(['asking', 'holds', 'reached', 'cannot']),
  level: z.number().int().nullable(),
})
export type AuditVerdict = z.infer<typeof AuditVerdict>

export const AuditOutcome = z.object({
  checks: z.number().int(),
  /** Pseudo-labels accepted; 0 when it ended without. */
  accepted: z.number().int(),
  estimate: Fraction.nullable(),
  lower: Fraction,
  upper: Fraction,
  /** Time of the accepted labels, Unix ms, by which they are known; null where there are none. */
  acceptedAt: z.number().nullable().default(null),
})
export type AuditOutcome = z.infer<typeof AuditOutcome>

export const AuditState = z.object({
  id: Uuid,
  plan: AuditPlanFacts,
  classes: z.array(Uuid),
  createdAt: z.number(),
  /** Checks planned at most. */
  draws: z.number().int(),
  verdict: AuditVerdict,
  /** What is asked now; null when all is answered or the audit has ended. */
  next: Ordinal.nullable(),
  /** Those after it, for the page to fetch ahead. */
  coming: z.array(Ordinal),
  /** Labels came since that are no answers of this audit: it speaks of the head as it was. */
  stale: z.boolean(),
  /** Unlabeled samples that it would not accept: they need a person. */
  needPerson: z.number().int(),
  ended: z.object({ at: z.number(), outcome: AuditOutcome.nullable() }).nullable(),
})
export type AuditState = z.infer<typeof AuditState>

export const audit = {
  /** The audit under way or the last one; null when there never was one. */
  state: procedure.output(AuditState.nullable()),
  /** Freezes the head, fixes thresholds, draws. @throws NOT_READY when no pseudo-label is sure enough */
  start: procedure
    .input(z.object({ target: z.number().min(0.5).max(0.999), seed: z.number().int().nonnegative().default(0) }))
    .output(AuditState),
  /**
   * A blind answer: the image's class, in multi-label projects every one of them; none is "unknown". Where it lacks a pseudo-label that is
   * audited nothing is kept yet: `proposed` says what Handful thought, and the person decides between the two with `final`.
   */
  answer: procedure
    .input(z.object({ ordinal: Ordinal, classIds: z.array(Uuid).max(1000), final: z.boolean().default(false) }))
    .output(z.object({ state: AuditState, proposed: z.array(Uuid) })),
  /**
   * Ends the audit: what the widest level that holds accepts becomes labels of source `propagated`. Null when every image that
   * it would accept was checked itself.
   */
  accept: procedure.output(AnnotationEntry.nullable()),
  /** Ends the audit with nothing accepted; its answers stay. */
  discard: procedure.output(z.void()),
}
