/** The analysis worker: holds the columns of the open project and answers sort, filter, neighbours, clusters, heads. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { MapField } from '../contract/map'
import { AuditPlanFacts, AuditVerdict } from '../contract/audit'
import { CleaningSummary, Stack, SuspectRow } from '../contract/cleaning'
import { Measured } from '../contract/progress'
import { Query } from '../contract/queries'
import { SampleGroup } from '../contract/samples'
import { Cluster, Ordinal, PseudoLabel, SampleQuery, Uuid } from '../model'

const page = { offset: z.number().int(), limit: z.number().int() }
const FieldAt = z.object({ field: z.string(), granularity: z.number().nullable() })
const Above = z.object({ classId: Uuid.optional(), minConfidence: z.number().min(0).max(1) })

/** What a fitted head says of itself; see the contract's HeadState. */
const Fitted = z.object({
  method: z.string(),
  title: z.string(),
  crossValidated: z.record(z.string(), z.number()),
  labels: z.number().int(),
  milliseconds: z.number(),
  measured: Measured.nullable().default(null),
})

export const analysisWorker = {
  open: oc.input(z.object({ projectFolder: z.string() })).output(z.void()),
  /** Reads again what changed in the database or the run folder; the active run may be another one. */
  changed: oc.input(z.object({ what: z.array(z.string()) })).output(z.void()),
  page: oc
    .input(z.object({ query: SampleQuery, ...page }))
    .output(z.object({ total: z.number().int(), ordinals: z.array(Ordinal) })),
  /** See the contract's samples.groups. */
  groups: oc.input(z.object({ query: SampleQuery })).output(z.array(SampleGroup)),
  /** Every ordinal of a query, as uint32. */
  select: oc.input(z.object({ query: SampleQuery })).output(z.instanceof(Blob)),
  clusters: oc.input(z.object({ granularity: z.number().min(0).max(1).nullable() })).output(
    z.object({
      granularity: z.number(),
      /** `fresh`: how many of the labels were given since these clusters were made. */
      clusters: z.array(
        Cluster.omit({ name: true, naming: true, proposal: true }).extend({
          labels: z.array(z.object({ classId: Uuid.nullable(), count: z.number().int(), fresh: z.number().int() })),
        }),
      ),
      outliers: z.number().int(),
    }),
  ),
  /** Members of a cluster in the pieces that it falls into, uint32 ordinals each. */
  pieces: oc.input(z.object({ cluster: z.number().int(), granularity: z.number() })).output(z.array(z.instanceof(Blob))),
  /** See the contract's clusters.outward; `like` and `unlike` as uint32 ordinals. */
  outward: oc
    .input(z.object({ like: z.instanceof(Blob), unlike: z.instanceof(Blob), count: z.number().int(), unlabeled: z.boolean() }))
    .output(z.array(z.object({ ordinal: Ordinal, linked: z.boolean(), similarity: z.number() }))),
  neighbours: oc
    .input(z.object({ ordinal: Ordinal, count: z.number().int() }))
    .output(z.array(z.object({ ordinal: Ordinal, similarity: z.number() }))),
  /** What the map can be coloured by. */
  fields: oc.output(z.array(MapField)),
  legend: oc.input(FieldAt).output(
    z.object({
      kind: z.enum(['category', 'number']),
      values: z.array(z.string()),
      least: z.number().nullable(),
      most: z.number().nullable(),
    }),
  ),
  /** A field by ordinal: uint16 categories (65535: none) or float32 numbers (NaN: none); null for a field there is not. */
  column: oc.input(FieldAt).output(z.instanceof(Blob).nullable()),
  next: oc.input(z.object({ strategy: z.string(), count: z.number().int(), seed: z.number().int() })).output(z.array(Query)),
  /**
   * Fits the head anew on the labels in force; the new pseudo-labels are at once those of `page` and the rest.
   * Answers them for main to store: uint16 class index (65535: none) and float32 confidence, by ordinal; in multi-label projects
   * those of ordinal i stand from starts[i] (uint32) to starts[i + 1], the surest first.
   * @throws NOT_READY when the labels do not suffice
   */
  refit: oc.input(z.object({ seed: z.number().int() })).output(
    z.object({
      fitted: Fitted,
      runId: Uuid,
      classes: z.array(Uuid),
      /** Entry of the annotation log it was fitted at. */
      seq: z.number().int(),
      starts: z.instanceof(Blob).nullable(),
      predictions: z.instanceof(Blob),
      confidences: z.instanceof(Blob),
    }),
  ),
  /** Pseudo-labels of samples without a label in force. */
  histogram: oc.output(
    z.array(z.object({ classId: Uuid, pseudoLabels: z.number().int(), histogram: z.array(z.number().int()) })),
  ),
  countAbove: oc.input(Above).output(z.number().int()),
  /** Open pseudo-labels at or above: uint32 ordinals, uint16 class indices, float32 confidences. */
  selectAbove: oc.input(Above).output(
    z.object({
      classes: z.array(Uuid),
      ordinals: z.instanceof(Blob),
      predictions: z.instanceof(Blob),
      confidences: z.instanceof(Blob),
    }),
  ),
  /** Open pseudo-labels of some samples, the surest first. */
  pseudoLabels: oc.input(z.object({ ordinals: z.array(Ordinal) })).output(z.array(z.array(PseudoLabel))),
  /**
   * Plans an audit of the pseudo-labels as they are. Guesses: uint32 ordinals, uint8 rings (255: not accepted), uint16 class
   * indices, float32 confidences; draws index them.
   * @throws NOT_READY when no pseudo-label is sure enough
   */
  planAudit: oc.input(z.object({ target: z.number(), seed: z.number().int() })).output(
    z.object({
      runId: Uuid,
      classes: z.array(Uuid),
      plan: AuditPlanFacts,
      draws: z.array(z.number().int()),
      ordinals: z.instanceof(Blob),
      rings: z.instanceof(Blob),
      predictions: z.instanceof(Blob),
      confidences: z.instanceof(Blob),
    }),
  ),
  judgeAudit: oc
    .input(
      z.object({
        target: z.number(),
        sizes: z.array(z.number().int()),
        errors: z.array(z.number()),
        levels: z.array(z.number().int()),
        looks: z.array(z.number().int()),
        draws: z.array(z.object({ ring: z.number().int(), agrees: z.boolean().nullable() })),
      }),
    )
    .output(AuditVerdict),
  /** See the contract's cleaning. */
  cleaningSummary: oc.output(CleaningSummary),
  suspects: oc
    .input(z.object({ between: z.tuple([Uuid, Uuid]).optional(), ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(SuspectRow) })),
  stacks: oc
    .input(z.object({ conflicts: z.boolean(), ...page }))
    .output(z.object({ total: z.number().int(), rows: z.array(Stack) })),
  /** Bytes in memory of this process, for measurements. */
  memory: oc.output(z.number()),
}
