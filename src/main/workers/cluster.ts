/** Cluster worker: neighbours, clusters and map of a run. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { implement } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { clusterWorker } from '@shared/workers/cluster'
import { runClusters, runMap } from '../cluster/run-clusters'
import { readClusters } from '../cluster/stored'
import { serve } from '../hosts/serve'
import { nearCopies } from '../labeling/cleaning/near-copies'
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
    nearCopies: worker.nearCopies.handler(({ input: { projectFolder, runId } }) => {
      const stored = readClusters(folderOf(projectFolder, runId))
      if (!stored) throw new HandfulError('NOT_READY', { needs: 'the neighbours of the images, which clustering computes' })
      const reader = openReader(projectFolder)
      try {
        return new Blob([new Uint8Array(nearCopies(reader.perceptualHashes(), stored).buffer as ArrayBuffer)])
      } finally {
        reader.close()
      }
    }),
    map: worker.map.handler(({ input: { projectFolder, runId, earlierRunId, seed, threads } }) => {
      const { embeddings, ordinals } = rowsOf(projectFolder, runId)
      const [runFolder, earlierFolder] = [folderOf(projectFolder, runId), folderOf(projectFolder, earlierRunId)]
      return runMap(embeddings, ordinals, { runFolder, earlierFolder, seed, threads })
    }),
  }),
)
