/** Clusters of the active run, and what a person makes of them: kept when the clustering is made anew, undone like any other act. */
import { z } from 'zod'
import { AnnotationEntry, Cluster, Ordinal, Selection, Uuid } from '../model'
import { procedure } from './base'

const one = { cluster: z.number().int(), granularity: z.number().min(0).max(1) }

export const clusters = {
  /** Parts of one split cluster, all together, become it again. */
  merge: procedure
    .input(z.object({ clusters: z.array(z.number().int()).min(2).max(200), granularity: z.number().min(0).max(1) }))
    .output(AnnotationEntry),
  /** A merged cluster into what it was merged from, any other as a finer clustering has it. */
  split: procedure.input(z.object(one)).output(AnnotationEntry),
  /** Its images become outliers, or go back to where the clustering has them when a person had made it. */
  dissolve: procedure.input(z.object(one)).output(AnnotationEntry),
  /** These images become outliers. */
  takeOut: procedure.input(z.object({ selection: Selection })).output(AnnotationEntry),
  add: procedure.input(z.object({ ...one, ordinals: z.array(Ordinal).min(1).max(10_000) })).output(AnnotationEntry),
  /** Its members stay together from now on. `cluster` is its number as one that a person made. */
  keep: procedure.input(z.object(one)).output(AnnotationEntry.extend({ cluster: z.number().int() })),
  /** A name of its own, free of any class; null takes it away. Its members stay together from now on. */
  rename: procedure.input(z.object({ ...one, name: z.string().trim().min(1).max(200).nullable() })).output(AnnotationEntry),
  /** What belongs to `like` next, along the neighbours, and not to `unlike`; the best first. `linked`: the neighbours lead there. */
  outward: procedure
    .input(
      z.object({
        like: Selection,
        unlike: z.array(Ordinal).max(10_000).default([]),
        count: z.number().int().min(1).max(1000).default(60),
        unlabeled: z.boolean().default(true),
      }),
    )
    .output(z.array(z.object({ ordinal: Ordinal, linked: z.boolean(), similarity: z.number() }))),
  /** Largest and tightest first, parts of a split cluster together; `granularity` 0 is coarse, 1 fine, null the clustering's own choice. */
  list: procedure.input(z.object({ granularity: z.number().min(0).max(1).nullable() })).output(
    z.object({
      /** Which granularity was used. */
      granularity: z.number(),
      clusters: z.array(Cluster),
      outliers: z.number().int(),
    }),
  ),
  /** Cluster again (new seed, new images). */
  start: procedure.input(z.object({ seed: z.number().int().nonnegative().default(0) })).output(z.object({ jobId: Uuid })),
}
