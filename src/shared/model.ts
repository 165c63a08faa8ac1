/** The words of the product as types: what crosses the contract, checked at its edge. */
import { z } from 'zod'

/** Dense integer of a sample within a project; never reused. */
export const Ordinal = z.number().int().nonnegative()
export const Uuid = z.uuid()

/** Where a label comes from. The five stay apart for ever, into the export. */
export const Source = z.enum(['human', 'grouped', 'audited', 'propagated', 'imported'])
export type Source = z.infer<typeof Source>

/** What a grouped label, of the unseen rest of a cluster named at once, counts beside one that was seen. */
export const groupedWeight = 0.3

export const Fit = z.enum(['letterbox', 'crop', 'stretch'])
export type Fit = z.infer<typeof Fit>

/** One class a sample, or any number of them. Chosen when the project is made. */
export const Labeling = z.enum(['single', 'multi'])
export type Labeling = z.infer<typeof Labeling>

export const ClassRow = z.object({
  id: Uuid,
  name: z.string(),
  /** CSS colour. */
  color: z.string(),
  /** One-key shortcut, `1`–`9`, `0`, or null. */
  key: z.string().nullable(),
  /** Effective labels per source. */
  counts: z.record(Source, z.number().int()),
})
export type ClassRow = z.infer<typeof ClassRow>

/** A label in force; `classId: null` is "unknown": the person says that no class fits. */
export const Label = z.object({
  classId: Uuid.nullable(),
  source: Source,
  /** False when the image changed since and the label is to be confirmed. */
  confirmed: z.boolean(),
})
export type Label = z.infer<typeof Label>

export const PseudoLabel = z.object({
  classId: Uuid,
  confidence: z.number().min(0).max(1),
  /** What the fit before guessed, where it was another class. */
  before: Uuid.optional(),
})
export type PseudoLabel = z.infer<typeof PseudoLabel>

/** What a grid cell shows. */
export const SampleRow = z.object({
  ordinal: Ordinal,
  /** First place, relative to its folder, with unprintable bytes shown as `\xNN`. */
  path: z.string(),
  /** How many files hold these bytes. */
  files: z.number().int(),
  /** All places are gone from disk. */
  missing: z.boolean(),
  width: z.number().int(),
  height: z.number().int(),
  /** In force; at most one in single-label projects. */
  labels: z.array(Label),
  /** The surest first; at most one in single-label projects, and only where nobody has labeled. */
  pseudoLabels: z.array(PseudoLabel),
})
export type SampleRow = z.infer<typeof SampleRow>

/** What images are to look like: samples of the project, and images from outside as embeddings of the active run. */
export const Likeness = z.object({
  like: z.array(Ordinal).max(100).default([]),
  unlike: z.array(Ordinal).max(100).default([]),
  /** See samples.embed. */
  vectors: z.array(z.array(z.number()).max(4096)).max(8).default([]),
})
export type Likeness = z.infer<typeof Likeness>

/** What samples may be grouped by; see SampleQuery.groupBy. */
export const GroupBy = z.enum(['class', 'predicted', 'cluster', 'folder', 'camera', 'day', 'event'])
export type GroupBy = z.infer<typeof GroupBy>

export const SampleQuery = z.object({
  /** Substring of a path, case-insensitive. */
  text: z.string().max(500).optional(),
  labeled: z.boolean().optional(),
  /** In force; `null`: labeled unknown. */
  classId: Uuid.nullable().optional(),
  source: Source.optional(),
  /** Pseudo-label. */
  predictedId: Uuid.optional(),
  minConfidence: z.number().min(0).max(1).optional(),
  maxConfidence: z.number().min(0).max(1).optional(),
  clusterId: z.number().int().optional(),
  /** 0 coarse – 1 fine, see clusters.list. Needed with clusterId. */
  granularity: z.number().min(0).max(1).optional(),
  /** Only what has an embedding; sort by `similarity` to have the most alike first. */
  similar: Likeness.optional(),
  /** As the camera names itself; part of it suffices. */
  camera: z.string().max(200).optional(),
  /** Folder relative to the image folder, with all below it. */
  folder: z.string().max(4000).optional(),
  /** Unix ms; images that do not say when they were taken are left out. */
  takenFrom: z.number().optional(),
  takenTo: z.number().optional(),
  /** Inside this outline on the map of the active run. */
  region: z
    .array(z.tuple([z.number(), z.number()]))
    .min(3)
    .max(1000)
    .optional(),
  duplicates: z.boolean().optional(),
  missing: z.boolean().optional(),
  /** One of each stack of near copies, the best (see cleaning.stacks), and what is in none; false: the others. */
  bestShots: z.boolean().optional(),
  /** Labels that wait for confirmation because the image changed. */
  unconfirmed: z.boolean().optional(),
  /** Less like anything labeled than 95 % of the labeled samples are. */
  novel: z.boolean().optional(),
  /** The last refit guesses another class than the one before. */
  changedGuess: z.boolean().optional(),
  /** Much less like its neighbours than the others are like theirs. */
  outlier: z.boolean().optional(),
  sort: z
    .enum(['ordinal', 'path', 'confidence', 'typicality', 'novelty', 'size', 'date', 'similarity', 'disagreement'])
    .default('ordinal'),
  descending: z.boolean().default(false),
  /** Groups one after the other, what is in none last; `sort` orders within each. See samples.groups. */
  groupBy: GroupBy.optional(),
})
export type SampleQuery = z.infer<typeof SampleQuery>

/** Which samples an act is about: never an array over 10,000. */
export const Selection = z.union([z.object({ ordinals: z.array(Ordinal).max(10_000) }), z.object({ query: SampleQuery })])
export type Selection = z.infer<typeof Selection>

export const JobKind = z.enum(['import', 'pretrain', 'cluster', 'finetune', 'export'])
export type JobKind = z.infer<typeof JobKind>

export const JobState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled'])
export type JobState = z.infer<typeof JobState>

export const Progress = z.object({
  /** Plain words: "Reading images", "Learning patches". */
  stage: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  /** Units (images, steps) per second. */
  rate: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  /** Live numbers worth plotting or printing (loss, quarantined…). */
  values: z.record(z.string(), z.number()).default({}),
})
export type Progress = z.infer<typeof Progress>

export const JobError = z.object({ code: z.string(), message: z.string(), data: z.unknown().optional() })

export const Job = z.object({
  id: Uuid,
  kind: JobKind,
  title: z.string(),
  state: JobState,
  progress: Progress.nullable(),
  error: JobError.nullable(),
  /** What came of it, in one line. */
  summary: z.string().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
})
export type Job = z.infer<typeof Job>

/** What describes a registry entry to the interface; parameters as JSON Schema. */
export const Descriptor = z.object({
  id: z.string(),
  title: z.string(),
  help: z.string(),
  parameters: z.record(z.string(), z.unknown()),
})
export type Descriptor = z.infer<typeof Descriptor>

export const Run = z.object({
  id: Uuid,
  task: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  seed: z.number().int(),
  /** Side of the square input, px. */
  inputSize: z.number().int(),
  /** Embedding dimensions. */
  dimensions: z.number().int().nullable(),
  state: z.enum(['running', 'paused', 'cancelled', 'ready', 'failed']),
  active: z.boolean(),
  createdAt: z.number(),
  seconds: z.number().nullable(),
  /** Samples that have an embedding of this run. */
  embedded: z.number().int(),
  /** Without labels: retrieval and effectiveRank, higher is better; alignment and uniformity, lower is better. */
  scores: z.record(z.string(), z.number()),
  /** Choices made without asking, in plain words. */
  notes: z.array(z.string()),
})
export type Run = z.infer<typeof Run>

export const Cluster = z.object({
  /** From 0 on stable within one granularity of one clustering; -1 holds the outliers; below, clusters that a person made. */
  id: z.number().int(),
  size: z.number().int(),
  /** Mean cosine similarity of its members to its centre, 0–1. */
  tightness: z.number(),
  /** Up to 24 members, most typical first. */
  typical: z.array(Ordinal),
  /** Members with a label in force. */
  labeled: z.number().int(),
  /** Labels in force among its members; in multi-label projects a member may count for several. */
  labels: z.array(z.object({ classId: Uuid.nullable(), count: z.number().int() })),
  /** Given by a person, or the class that most of its labeled members have, where enough are labeled. */
  name: z.string().nullable(),
  /** Where the name comes from; `carried`: from labels that were given before these clusters were made. */
  naming: z.enum(['person', 'labels', 'carried']).nullable(),
  /** The class that most of its labeled members have, too few to name it. */
  proposal: z.object({ name: z.string(), count: z.number().int() }).nullable(),
  /** What it was merged from; 0 when it is of one piece. */
  parts: z.number().int(),
  /** Those with the same one were one cluster before they were split. */
  parent: z.number().int().nullable(),
  /** How many splits lead to it. */
  depth: z.number().int(),
  /** Members that came after a person made it, and joined by themselves. */
  joined: z.number().int(),
})
export type Cluster = z.infer<typeof Cluster>

export const FileProblem = z.object({
  path: z.string(),
  code: z.string(),
  reason: z.string(),
  bytes: z.number().nullable(),
})
export type FileProblem = z.infer<typeof FileProblem>

export const AnnotationEntry = z.object({
  id: Uuid,
  /** Unix ms. */
  at: z.number(),
  what: z.enum(['label', 'clear', 'accept', 'import', 'undo', 'confirm', 'class', 'cluster']),
  /** Plain words for the undo toast: `12 images → boots`. */
  title: z.string(),
  samples: z.number().int(),
  undone: z.boolean(),
})
export type AnnotationEntry = z.infer<typeof AnnotationEntry>

export const ProjectState = z.object({
  id: Uuid,
  name: z.string(),
  /** The project folder, `<name>.handful`. */
  folder: z.string(),
  /** The image folder. */
  root: z.string(),
  rootPresent: z.boolean(),
  fit: Fit,
  labeling: Labeling,
  counts: z.object({
    samples: z.number().int(),
    files: z.number().int(),
    duplicates: z.number().int(),
    missing: z.number().int(),
    quarantined: z.number().int(),
    /** Samples with a label in force. */
    labeled: z.number().int(),
    unconfirmed: z.number().int(),
    /** Labels in force; a sample of a multi-label project may have several. */
    bySource: z.record(Source, z.number().int()),
    embedded: z.number().int(),
    clusters: z.number().int(),
    pseudoLabeled: z.number().int(),
  }),
  activeRun: Uuid.nullable(),
  canUndo: z.string().nullable(),
  canRedo: z.string().nullable(),
  /** Bytes on disk of the project by part. */
  disk: z.record(z.string(), z.number()),
})
export type ProjectState = z.infer<typeof ProjectState>

/** What changed; stores that project it fetch again. */
export const ProjectEvent = z.object({
  changed: z.array(z.enum(['project', 'samples', 'labels', 'classes', 'clusters', 'members', 'predictions', 'runs', 'jobs'])),
})
export type ProjectEvent = z.infer<typeof ProjectEvent>
