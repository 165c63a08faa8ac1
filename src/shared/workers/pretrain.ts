/** The pretrain worker: fits an encoder, embeds samples. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { EngineReport } from '../contract/host'
import { Ordinal, Progress } from '../model'

export const pretrainWorker = {
  /** Tries every engine; `tensorflowFolder` is where `npm run enable:tensorflow` puts its binding. */
  engines: oc.input(z.object({ tensorflowFolder: z.string(), threads: z.number().int().positive() })).output(EngineReport),
  /**
   * Fits on every sample of the project, in canonical order, and writes `runs/<runId>/encoder.onnx` and `encoder.json`,
   * each whole or not at all. Goes on from checkpoints in that folder.
   */
  fit: oc
    .input(
      z.object({
        projectFolder: z.string(),
        runId: z.string(),
        task: z.string(),
        parameters: z.record(z.string(), z.unknown()),
        seed: z.number().int(),
        minutes: z.number().positive().optional(),
        /** A run whose numbers of steps are repeated. */
        plan: z.string().optional(),
        threads: z.number().int().positive(),
      }),
    )
    .output(
      eventIterator(
        Progress,
        z.object({
          inputSize: z.number().int(),
          dimensions: z.number().int(),
          scores: z.record(z.string(), z.number()),
          notes: z.array(z.string()),
        }),
      ),
    ),
  /**
   * Training that is under way writes a checkpoint and ends with CANCELLED. Answers whether there is any; other work goes on and is best
   * ended from outside.
   */
  pause: oc.output(z.boolean()),
  /**
   * Embeds samples of the run that have no embedding yet. Each event says that a file with rows of one chunk is there:
   * float32 [rows.length, dimensions] at `path`, for ordinals `chunk * 4096 + row`. Main stores and deletes it.
   */
  embed: oc.input(z.object({ projectFolder: z.string(), runId: z.string(), threads: z.number().int().positive() })).output(
    eventIterator(
      z.object({
        chunk: z.number().int(),
        rows: z.array(Ordinal),
        path: z.string(),
        done: z.number().int(),
        total: z.number().int(),
      }),
    ),
  ),
}
