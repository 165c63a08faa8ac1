/** What exporters need of the compute folders: clusters by ordinal, and softmax regression. */
import { join } from 'node:path'
import { clustersByOrdinal } from '../../cluster/by-ordinal'
import { readClusters } from '../../cluster/stored'
import type { SoftmaxFit } from '../../export/exporter'
import { fitSoftmax } from '../../labeling/heads/softmax'
import type { Reader } from '../../store/reader'

/** Null when the run in use has no clusters. */
export function clustersOf(reader: Reader): (number | null)[] | null {
  const run = reader.runs.active()
  const stored = run && readClusters(join(reader.folder, 'runs', run.id))
  return stored && clustersByOrdinal(stored, reader.sampleCount())
}

export const fit: SoftmaxFit = ({ embeddings, dimensions, targets, weights, classes }) =>
  fitSoftmax(embeddings, dimensions, { rows: Uint32Array.from(targets.keys()), classes: targets, weights, classCount: classes })
