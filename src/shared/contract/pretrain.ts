/** Pretraining: pretext tasks, runs, which run is in use. */
import { z } from 'zod'
import { LookRecord } from '../look'
import { Descriptor, Ordinal, Run, Uuid } from '../model'
import { procedure } from './base'

/** A pretext task to choose. */
export const Task = Descriptor.extend({
  /** With fewer samples it keeps to the instant encoder. */
  fewestImages: z.number().int().optional(),
  /** The budget to begin with. */
  minutes: z.number().positive().optional(),
})
export type Task = z.infer<typeof Task>

/** Leave-one-out, on labels that people gave to single samples. */
export const RunAccuracies = z.object({
  labels: z.number().int(),
  classes: z.number().int(),
  /** Enough labels to tell runs apart; with fewer nothing is said of any run. */
  enough: z.boolean(),
  /** Fractions; runs that have not embedded all of the samples yet are left out. */
  runs: z.array(z.object({ runId: Uuid, knn: z.number(), probe: z.number() })),
  /** The best of these runs by nearest neighbours, and by which share of the labels it is ahead of each other, with a 95 % interval. */
  best: z
    .object({
      runId: Uuid,
      leads: z.array(z.object({ over: Uuid, gain: z.number(), low: z.number(), high: z.number() })),
    })
    .nullable(),
})
export type RunAccuracies = z.infer<typeof RunAccuracies>

export const pretrain = {
  tasks: procedure.output(z.array(Task)),
  runs: procedure.output(z.array(Run)),
  /** Fits the encoder, embeds every sample, then clusters. */
  start: procedure
    .input(
      z.object({
        task: z.string(),
        parameters: z.record(z.string(), z.unknown()).default({}),
        seed: z.number().int().nonnegative().default(0),
        minutes: z.number().positive().optional(),
        /** Repeat this run exactly: its task, parameters, seed and numbers of steps; the others are ignored. */
        plan: Uuid.optional(),
      }),
    )
    .output(z.object({ jobId: Uuid, runId: Uuid })),
  /**
   * Altered versions of some images of the project as this task trains on them, PNG. `domain` as its parameter of this name; another
   * seed gives other versions. @throws NOT_READY without pixel cache, BAD_PARAMETER, UNKNOWN_ID for tasks that look at none
   */
  views: procedure
    .input(z.object({ task: z.string(), domain: z.string(), seed: z.number().int().nonnegative().default(0) }))
    .output(
      z.object({
        /** What was chosen and why, in plain words. */
        note: z.string(),
        images: z.array(z.object({ ordinal: Ordinal, original: z.instanceof(Blob), views: z.array(z.instanceof(Blob)) })),
      }),
    ),
  /** Scores of runs while they trained and at their end, and neighbours of a few images. Told of by `jobs` and `runs` in events. */
  looks: procedure.output(z.array(LookRecord.extend({ runId: Uuid }))),
  /** Of finished runs. Null where there are none, and where samples may have several classes. */
  accuracies: procedure.output(RunAccuracies.nullable()),
  /** Use another finished run; its clusters and heads follow. */
  activate: procedure.input(z.object({ runId: Uuid })).output(z.void()),
  remove: procedure.input(z.object({ runId: Uuid })).output(z.void()),
}
