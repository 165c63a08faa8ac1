/** Which rows an export has: labels in force, pseudo-labels above the asked confidence, splits, clusters. */
import type { ExportRequest } from '@shared/contract/exports'
import { Source } from '@shared/model'
import { displayPath } from '@shared/paths'
import { planSplit, type Split, type SplitMember } from '../dataset/splits'
import type { FileRow, Reader } from '../store/reader'
import type { ExportCounts, ExportRow, ExportRows } from './exporter'
import { byCodePoint } from './names'

export interface RowChoices extends Pick<ExportRequest, 'sources' | 'minConfidence' | 'unlabeled' | 'split'> {
  confirmedOnly: boolean
  firstCopyOnly: boolean
}

/** Columns by ordinal; class indices into `classes`. */
interface LabelColumns {
  classes: { classId: string; name: string }[]
  /** `unlabeled`, `unknown` or a class index. */
  index: Int32Array
  /** Index into `Source.options`. */
  source: Uint8Array
  /** NaN: none. */
  confidence: Float32Array
  /** Unix ms; 0: a pseudo-label, or waiting for confirmation. */
  confirmedAt: Float64Array
  /** 1: waiting for confirmation. */
  waiting: Uint8Array
}

const unlabeled = -1
const unknown = -2
const sources = Source.options

/**
 * Labels, pseudo-labels and splits are held as some 30 bytes per sample; files are streamed.
 * @param clusters cluster id by ordinal, -1 for outliers, null where there is none
 */
export function exportRows(reader: Reader, choices: RowChoices, clusters: ArrayLike<number | null> | null): ExportRows {
  const labels = labelColumns(reader, choices)
  const counts = emptyCounts()
  const byClass = new Map<number, number>()
  for (const { ordinal, bytes } of chosen(reader, labels, choices)) {
    counts.rows++
    counts.imageBytes += bytes
    const index = labels.index[ordinal]!
    if (index !== unlabeled) counts.bySource[sources[labels.source[ordinal]!]!]++
    if (index >= 0) byClass.set(index, (byClass.get(index) ?? 0) + 1)
  }
  counts.unconfirmed = choices.confirmedOnly ? labels.waiting.reduce((sum, one) => sum + one, 0) : 0
  counts.byClass = [...byClass]
    .map(([index, count]) => ({ ...labels.classes[index]!, count }))
    .sort((a, b) => byCodePoint(a.name, b.name))
  const splitOf = choices.split ? planSplit(choices.split, members(reader, labels, choices)) : null
  return {
    counts,
    *rows() {
      for (const file of chosen(reader, labels, choices)) yield rowOf(file, labels, splitOf, clusters)
    },
  }
}

const emptyCounts = (): ExportCounts => ({
  rows: 0,
  bySource: { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 },
  byClass: [],
  imageBytes: 0,
  unconfirmed: 0,
})

function labelColumns(reader: Reader, { sources: wanted, minConfidence, confirmedOnly }: RowChoices): LabelColumns {
  const count = reader.sampleCount()
  const classes = reader.classes.list().map(({ id, name }) => ({ classId: id, name }))
  const indexOf = new Map(classes.map(({ classId }, index) => [classId, index]))
  const columns: LabelColumns = {
    classes,
    index: new Int32Array(count).fill(unlabeled),
    source: new Uint8Array(count),
    confidence: new Float32Array(count).fill(NaN),
    confirmedAt: new Float64Array(count),
    waiting: new Uint8Array(count),
  }
  if (minConfidence !== null && wanted.includes('propagated')) fillPseudoLabels(reader, columns, indexOf, minConfidence)
  for (const { ordinal, classId, cleared, source, confirmed, confidence, at } of reader.labels()) {
    if (cleared) continue
    const waits = confirmedOnly && !confirmed
    columns.waiting[ordinal] = Number(waits)
    columns.index[ordinal] = waits || !wanted.includes(source) ? leftOut : classId === null ? unknown : indexOf.get(classId)!
    columns.source[ordinal] = sources.indexOf(source)
    columns.confidence[ordinal] = confidence ?? NaN
    columns.confirmedAt[ordinal] = confirmed ? at : 0
  }
  return columns
}

/** Labeled, but not for this export: its pseudo-label does not take the place. */
const leftOut = -3

function fillPseudoLabels(reader: Reader, columns: LabelColumns, indexOf: Map<string, number>, minConfidence: number): void {
  const run = reader.runs.active()
  const head = run && reader.head(run.id)
  if (!head) return
  const { classes, confidences } = reader.pseudoLabels(head.id)
  const indices = head.classes.map((uuid) => indexOf.get(uuid) ?? unlabeled)
  for (let ordinal = 0; ordinal < Math.min(classes.length, columns.index.length); ordinal++) {
    const index = indices[classes[ordinal]!] ?? unlabeled
    if (index < 0 || confidences[ordinal]! < minConfidence) continue
    columns.index[ordinal] = index
    columns.source[ordinal] = sources.indexOf('propagated')
    columns.confidence[ordinal] = confidences[ordinal]!
  }
}

/** The files of the export, by path. */
function* chosen(reader: Reader, { index }: LabelColumns, choices: RowChoices): Generator<FileRow> {
  const seen = choices.firstCopyOnly ? new Uint8Array(index.length) : null
  for (const file of reader.files()) {
    const label = index[file.ordinal] ?? unlabeled
    if (label === leftOut || (label < 0 && !choices.unlabeled)) continue
    if (seen?.[file.ordinal]) continue
    if (seen) seen[file.ordinal] = 1
    yield file
  }
}

/** Every sample with a class once. */
function* members(reader: Reader, labels: LabelColumns, choices: RowChoices): Generator<SplitMember> {
  for (const { ordinal, sha256 } of chosen(reader, labels, { ...choices, firstCopyOnly: true, unlabeled: false })) {
    yield { stratum: String(labels.index[ordinal]), sha256: sha256.toString('hex') }
  }
}

function rowOf(
  { ordinal, path, sha256: hash, width, height, bytes }: FileRow,
  labels: LabelColumns,
  splitOf: ((member: SplitMember) => Split) | null,
  clusters: ArrayLike<number | null> | null,
): ExportRow {
  const index = labels.index[ordinal]!
  const sha256 = hash.toString('hex')
  const confidence = labels.confidence[ordinal]!
  return {
    ordinal,
    path,
    text: textOf(path),
    sha256,
    width,
    height,
    bytes,
    label: labels.classes[index] ?? null,
    source: index === unlabeled ? null : sources[labels.source[ordinal]!]!,
    confidence: Number.isNaN(confidence) ? null : confidence,
    split: splitOf && index >= 0 ? splitOf({ stratum: String(index), sha256 }) : null,
    clusterId: clusters?.[ordinal] ?? null,
    confirmedAt: labels.confirmedAt[ordinal]! || null,
  }
}

/** Names that are UTF-8 stay as they are, so that other programs find the files. */
function textOf(path: Buffer): string {
  const text = path.toString('utf8')
  return Buffer.from(text).equals(path) ? text : displayPath(path)
}
