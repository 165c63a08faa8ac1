/** An export from request to finished target, with progress; and what it would write. */
import type { ExportPreview, ExportRequest } from '@shared/contract/exports'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { Reader } from '../store/reader'
import { exporterDescriptor, exportOptions } from './descriptors'
import type { ExportCounts, SoftmaxFit } from './exporter'
import { exporterOf } from './registry'
import { exportRows } from './rows'
import { isTaken, writeWhole } from './target'

export interface ExportTools {
  /** Cluster id by ordinal at the default granularity; null: not clustered. */
  clusters: ArrayLike<number | null> | null
  fitSoftmax: SoftmaxFit
  signal: AbortSignal
  report: (progress: Progress) => void
}

/**
 * @returns what came of it, in one line
 * @throws HandfulError UNKNOWN_ID, BAD_PARAMETER, NOTHING_TO_DO, NOT_READY, and those of `writeWhole`
 */
export async function runExport(reader: Reader, request: ExportRequest, tools: ExportTools): Promise<string> {
  const { descriptor, options, data } = rowsFor(reader, request, tools.clusters)
  if (data.counts.rows === 0) throw new HandfulError('NOTHING_TO_DO', { what: nothing(data.counts) })
  const facts = reader.meta.facts()
  const place = {
    target: request.target,
    kind: descriptor.target,
    replace: request.replace,
    imageFolder: facts.root.toString(),
    projectFolder: reader.folder,
  }
  const progress = meter(data.counts.rows, tools.report)
  const context = { reader, data, options, seed: request.split?.seed ?? null, ...tools, progress }
  const { summary } = await writeWhole(place, (path) => exporterOf(descriptor.id).write(context, path))
  return summary
}

export async function previewExport(
  reader: Reader,
  request: ExportRequest,
  clusters: ArrayLike<number | null> | null = null,
): Promise<ExportPreview> {
  const { descriptor, options, data } = rowsFor(reader, request, clusters)
  const { rows, bySource, byClass } = data.counts
  return {
    rows,
    bySource,
    byClass: byClass.map(({ name, count }) => ({ name, count })),
    bytes: Math.round(descriptor.size(data.counts, options)),
    targetExists: await isTaken(request.target, descriptor.target),
  }
}

function rowsFor(reader: Reader, request: ExportRequest, clusters: ArrayLike<number | null> | null) {
  const descriptor = exporterDescriptor(request.format)
  const options = exportOptions(descriptor, request.options)
  const { confirmedOnly } = descriptor
  const choices = { ...request, confirmedOnly, firstCopyOnly: descriptor.firstCopyOnly(options) }
  // Images without a class have no folder and teach a head nothing.
  if (confirmedOnly) choices.unlabeled = false
  return { descriptor, options, data: exportRows(reader, choices, clusters) }
}

const nothing = ({ unconfirmed }: ExportCounts) =>
  unconfirmed > 0
    ? `the ${unconfirmed} labels wait for confirmation, since their images changed`
    : 'no image has a label of the chosen sources and confidence'

function meter(total: number, report: (progress: Progress) => void) {
  const began = performance.now()
  return (done: number) => {
    const seconds = (performance.now() - began) / 1000
    const rate = seconds > 0.2 ? done / seconds : null
    report({ stage: 'Exporting', done, total, rate, secondsLeft: rate ? (total - done) / rate : null, values: {} })
  }
}
