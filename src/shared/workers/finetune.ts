/** The fine-tune worker: from a run's encoder and the labels in force to a better encoder. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Progress } from '../model'

export const FineTuneResult = z.object({
  /** It is better beyond chance, and `runs/<runId>/encoder.onnx` is there. */
  kept: z.boolean(),
  /** What of the encoder was moved. */
  tuned: z.string(),
  /** Fair samples, and how many are guessed right with the encoder before and after. */
  checks: z.number().int(),
  before: z.number().int(),
  after: z.number().int(),
  dimensions: z.number().int(),
})
export type FineTuneResult = z.infer<typeof FineTuneResult>

export const finetuneWorker = {
  /** @throws NOT_READY with too few labels or fair samples */
  run: oc
    .input(
      z.object({
        projectFolder: z.string(),
        from: z.string(),
        runId: z.string(),
        seed: z.number().int(),
        threads: z.number().int().positive(),
      }),
    )
    .output(eventIterator(Progress, FineTuneResult)),
}
