/** An export from request to finished target, with progress; and what it would write. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { ExportPreview, ExportRequest } from '@shared/contract/exports'
import { HandfulError } from '@shared/errors'
import type { Progress } from '@shared/model'
import type { Reader } from '../store/reader'
import { dataSheet } from './data-sheet'
import { exporterDescriptor, exportOptions } from './descriptors'
import type { ExportContext, ExportCounts, SoftmaxFit } from './exporter'
import { previewOf } from './preview'
import { exporterOf } from './registry'
import { exportRows } from './rows'
import { planName, splitPlan } from './split-plan'
import { isTaken, writeWhole } from './target'

export interface ExportTools {
  /** Cluster id by ordinal at the default granularity; null: not clustered. */
  clusters: ArrayLike<number | null> | null
  fitSoftmax: SoftmaxFit
  signal: AbortSignal
  report: (progress: Progress) => void
}

export interface Exported {
  /** What came of it, in one line. */
  summary: string
  /** To be kept, so that no sample moves at the next export; null without a split. */
  split: { name: string; parts: Uint8Array } | null
}

/** @throws HandfulError UNKNOWN_ID, BAD_PARAMETER, NOTHING_TO_DO, NOT_READY, and those of `writeWhole` */
export async function runExport(reader: Reader, request: ExportRequest, tools: ExportTools): Promise<Exported> {
  const { descriptor, options, data, parts } = rowsFor(reader, request, tools.clusters)
  if (data.counts.rows === 0) throw new HandfulError('NOTHING_TO_DO', { what: nothing(data.counts) })
  const facts = reader.meta.facts()
  const place = {
    target: request.target,
    kind: descriptor.target,
    replace: request.replace,
    imageFolder: facts.root.toString(),
    projectFolder: reader.folder,
    resume: fingerprint(reader, request),
  }
  const progress = meter(data.counts.rows, tools.report)
  const seed = request.split?.seed ?? null
  const context = { reader, data, options, seed, multiLabel: isMultiLabel(reader), ...tools, progress }
  const { summary } = await writeWhole(place, (path) => exporterOf(descriptor.id).write(context, path))
  if (descriptor.target === 'file' && (options as { dataSheet?: boolean }).dataSheet)
    await writeSheetBeside(context, request.target)
  return { summary, split: request.split && parts && { name: planName(request.split), parts } }
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
    first: previewOf(data.rows()),
  }
}

function rowsFor(reader: Reader, request: ExportRequest, clusters: ArrayLike<number | null> | null) {
  const descriptor = exporterDescriptor(request.format)
  const options = exportOptions(descriptor, request.options)
  const { confirmedOnly, takesUnlabeled, multiLabel, needsSplit, title } = descriptor
  if (isMultiLabel(reader) && !multiLabel) {
    const reason = `${title} holds one label per image, and this project has several; choose another format`
    throw new HandfulError('BAD_PARAMETER', { name: 'format', reason })
  }
  if (needsSplit && !request.split) {
    throw new HandfulError('BAD_PARAMETER', {
      name: 'split',
      reason: `${title} trains on one part and tests on another; ask for a split`,
    })
  }
  const choices = { ...request, confirmedOnly, firstCopyOnly: descriptor.firstCopyOnly(options) }
  // Images without a class have no folder and teach a head nothing.
  if (!takesUnlabeled) choices.unlabeled = false
  let parts: Uint8Array | null = null
  const plan = request.split && splitPlan(reader, request.split)
  const data = exportRows(reader, choices, clusters, plan && ((chosen) => (parts = plan(chosen))))
  return { descriptor, options, data, parts: parts as Uint8Array | null }
}

const isMultiLabel = (reader: Reader) => reader.meta.get('labeling') === 'multi'

/** Of everything that decides what is written: a killed try with the same one is gone on with. */
function fingerprint(reader: Reader, { target: _, replace: __, ...request }: ExportRequest): string {
  const run = reader.runs.active()
  const state = [request, reader.labels.sequence(), reader.sampleCount(), run && reader.head(run.id)?.id]
  return createHash('sha256').update(JSON.stringify(state)).digest('hex')
}

/** A file has no room for its data sheet: it stands beside it. */
async function writeSheetBeside(context: ExportContext, target: string): Promise<void> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(target), hash)
  const meaning = `one row per image and label; SHA-256 ${hash.digest('hex')}`
  const sheet = `${target}.README.md`
  await rm(sheet, { force: true })
  await writeFile(sheet, dataSheet(context, { files: [[basename(target), meaning]], lost: [] }))
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
