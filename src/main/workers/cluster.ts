/** Cluster worker: neighbours and clusters of a run. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { clusterWorker } from '@shared/workers/cluster'
import { runClusters } from '../cluster/run-clusters'
import { serve } from '../hosts/serve'
import { openReader } from '../store/reader'
import { canonicalRows } from './analysis/canonical-rows'

const worker = implement(clusterWorker)

serve(
  worker.router({
    run: worker.run.handler(({ input: { projectFolder, runId, seed, threads } }) => {
      const reader = openReader(projectFolder)
      const { embeddings, ordinals } = canonicalRows(reader, runId)
      reader.close()
      const runFolder = join(projectFolder, 'runs', runId)
      mkdirSync(runFolder, { recursive: true })
      return runClusters(embeddings, ordinals, { runFolder, seed, threads })
    }),
  }),
)
