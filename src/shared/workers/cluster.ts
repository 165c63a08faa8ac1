/** The cluster worker: neighbours, the hierarchy of clusters and the map of a run's embeddings. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { Progress } from '../model'

const Task = z.object({
  projectFolder: z.string(),
  runId: z.string(),
  seed: z.number().int(),
  threads: z.number().int().positive(),
})

/** Results go into `runs/<runId>/`, each whole or not at all. */
export const clusterWorker = {
  /** The layout of a run that has clusters; it lies as that of `earlierRunId` does. */
  map: oc
    .input(Task.extend({ earlierRunId: z.string() }))
    .output(eventIterator(Progress, z.object({ preservation: z.number() }))),
  run: oc.input(Task).output(eventIterator(Progress, z.object({ clusters: z.number().int(), outliers: z.number().int() }))),
  /** Near copies among the clustered samples: uint32 by ordinal, the lowest ordinal of its group. */
  nearCopies: oc.input(Task.pick({ projectFolder: true, runId: true })).output(z.instanceof(Blob)),
}
