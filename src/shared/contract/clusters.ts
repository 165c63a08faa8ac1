/** Clusters of the active run. */
import { z } from 'zod'
import { Cluster, Uuid } from '../model'
import { procedure } from './base'

export const clusters = {
  /** Largest and tightest first; `granularity` 0 is coarse, 1 fine, null the clustering's own choice. */
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
