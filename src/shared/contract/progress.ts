/** How far labeling has come: how accurate the guesses are, what more labels would bring, and whether one may stop. */
import { z } from 'zod'
import { procedure } from './base'

/** Fair samples below which nothing is said. */
export const fewestChecks = 10

/** A fraction with its 95 % interval. */
export const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() })
export type Estimate = z.infer<typeof Estimate>

/** How far confidences are from the share that is right. */
export const Reliability = z.object({
  /** Equally many guesses each, the least sure first: mean confidence, share right, how many. */
  bins: z.array(z.object({ confidence: z.number(), accuracy: z.number(), count: z.number().int() })),
  /** Expected calibration error, debiased, a fraction. */
  error: z.number(),
  /** Mean squared difference of confidence and outcome. */
  brier: z.number(),
})
export type Reliability = z.infer<typeof Reliability>

/**
 * `more-checks`: too few fair samples to say. `accurate`: at least 95 % of the guesses are right, with 95 % confidence. `small-gain`: ten more
 * labels add less than one point, with 95 % confidence. In the last two one may stop.
 */
export const Advice = z.enum(['more-checks', 'go-on', 'small-gain', 'accurate'])
export type Advice = z.infer<typeof Advice>

/** What the fair samples among the labels say of the head, each seen by a fit that did not have it: those drawn uniformly, and audits. */
export const Measured = z.object({
  checks: z.number().int(),
  right: z.number().int(),
  accuracy: Estimate,
  /** Accuracy that ten more labels are expected to add; null with too few labels to compare. */
  gainOfTen: Estimate.nullable(),
  /** Of guessed classes: one an image, in multi-label projects each that is guessed. */
  calibration: Reliability,
  /** How confidences are made to mean what they say, chosen by cross-validation; of several classes `isotonic` where any of them is; `none` for heads of before. */
  calibratedBy: z.enum(['temperature', 'isotonic', 'none']).default('temperature'),
  advice: Advice,
})
export type Measured = z.infer<typeof Measured>

export const LabelingProgress = z.object({
  /** Labels the head learned from. */
  labels: z.number().int(),
  /** Labels per minute over the latest stretch of work; null when nothing was labeled lately. */
  perMinute: z.number().nullable(),
  /** Null without a head or without fair samples. */
  measured: Measured.nullable(),
  /** Fair samples until there are enough to say something. */
  checksNeeded: z.number().int(),
  /** Accuracy by the number of labels there were, oldest first. */
  history: z.array(Estimate.extend({ labels: z.number().int() })),
})
export type LabelingProgress = z.infer<typeof LabelingProgress>

export const progress = { summary: procedure.output(LabelingProgress) }
