/** What to ask about next. */
import { z } from 'zod'
import { Descriptor, Ordinal } from '../model'
import { procedure } from './base'

export const Query = z.object({ ordinal: Ordinal, why: z.string(), drawn: z.literal('uniform').nullable() })
export type Query = z.infer<typeof Query>

export const queries = {
  strategies: procedure.output(z.array(Descriptor)),
  /**
   * Samples worth a label now, the first the most worth it; each with the reason in plain words. About one in ten is `drawn` uniformly
   * whatever the strategy: only answers to those say how accurate the pseudo-labels are, so `annotations.label` is to carry the mark.
   */
  next: procedure
    .input(
      z.object({
        strategy: z.string().default('auto'),
        count: z.number().int().min(1).max(1000).default(20),
        seed: z.number().int().nonnegative().default(0),
      }),
    )
    .output(z.array(Query)),
}
