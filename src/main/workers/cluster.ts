/** Cluster worker: neighbours, clusters and map of a run. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { clusterWorker } from '@shared/workers/cluster'
import { runClusters, runMap } from '../cluster/run-clusters'
import { serve } from '../hosts/serve'
import { openReader } from '../store/reader'
import { canonicalRows } from './analysis/canonical-rows'

const worker = implement(clusterWorker)

function rowsOf(projectFolder: string, runId: string) {
  const reader = openReader(projectFolder)
  try {
    return canonicalRows(reader, runId)
  } finally {
    reader.close()
  }
}
const folderOf = (projectFolder: string, runId: string) => join(projectFolder, 'runs', runId)

serve(
  worker.router({
    run: worker.run.handler(({ input: { projectFolder, runId, seed, threads } }) => {
      const { embeddings, ordinals } = rowsOf(projectFolder, runId)
      const runFolder = folderOf(projectFolder, runId)
      mkdirSync(runFolder, { recursive: true })
      return runClusters(embeddings, ordinals, { runFolder, seed, threads })
    }),
    map: worker.map.handler(({ input: { projectFolder, runId, earlierRunId, seed, threads } }) => {
      const { embeddings, ordinals } = rowsOf(projectFolder, runId)
      const [runFolder, earlierFolder] = [folderOf(projectFolder, runId), folderOf(projectFolder, earlierRunId)]
      return runMap(embeddings, ordinals, { runFolder, earlierFolder, seed, threads })
    }),
  }),
)
