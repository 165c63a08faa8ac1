/** What to ask about next. */
import { z } from 'zod'
import { Descriptor, Ordinal } from '../model'
import { procedure } from './base'

export const queries = {
  strategies: procedure.output(z.array(Descriptor)),
  /** Samples worth a label now, the first the most worth it; each with the reason in plain words. */
  next: procedure
    .input(
      z.object({
        strategy: z.string().default('typical'),
        count: z.number().int().min(1).max(1000).default(20),
        seed: z.number().int().nonnegative().default(0),
      }),
    )
    .output(z.array(z.object({ ordinal: Ordinal, why: z.string() }))),
}
