/** The cluster worker: neighbours and the hierarchy of clusters of a run's embeddings. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Progress } from '../model'

export const clusterWorker = {
  /** Writes its results into `runs/<runId>/`, each whole or not at all. */
  run: oc
    .input(
      z.object({ projectFolder: z.string(), runId: z.string(), seed: z.number().int(), threads: z.number().int().positive() }),
    )
    .output(eventIterator(Progress, z.object({ clusters: z.number().int(), outliers: z.number().int() }))),
}
