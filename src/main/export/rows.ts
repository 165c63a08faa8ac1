/** Which rows an export has, and what stands in them: labels, splits, clusters. */
import { displayPath } from '@shared/paths'
import { type Split, splits } from '../dataset/splits'
import type { FileRow, Reader } from '../store/reader'
import type { ExportCounts, ExportLabel, ExportRow, ExportRows } from './exporter'
import { type LabelColumns, labelColumns, leftOut, type RowChoices, sources, unknown } from './label-columns'
import { byCodePoint } from './names'

/** Samples of the export, as splits are planned on them: each once. */
export interface Chosen {
  ordinal: number
  sha256: Buffer
  path: Buffer
  takenAt: number | null
  camera: string | null
  /** Class of the first label. */
  stratum: number
}

/**
 * Labels are held as typed columns; files are streamed.
 * @param clusters cluster id by ordinal, -1 for outliers, null where there is none
 * @param plan index into `splits` + 1 by ordinal, 0 for none; made of the chosen samples
 */
export function exportRows(
  reader: Reader,
  choices: RowChoices,
  clusters: ArrayLike<number | null> | null,
  plan: ((chosen: Iterable<Chosen>) => Uint8Array) | null,
): ExportRows {
  const labels = labelColumns(reader, choices)
  const parts = plan ? plan(members(reader, labels, choices)) : null
  const counts = countRows(chosenFiles(reader, labels, choices), labels, parts)
  counts.unconfirmed = labels.unconfirmed
  return {
    counts,
    *rows() {
      for (const file of chosenFiles(reader, labels, choices)) yield rowOf(file, labels, parts, clusters)
    },
  }
}

function countRows(files: Iterable<FileRow>, labels: LabelColumns, parts: Uint8Array | null): ExportCounts {
  const counts: ExportCounts = {
    rows: 0,
    labeled: 0,
    bySource: { human: 0, grouped: 0, audited: 0, propagated: 0, imported: 0 },
    byClass: [],
    bySplit: { train: 0, val: 0, test: 0, unlabeled: 0 },
    imageBytes: 0,
    unconfirmed: 0,
  }
  const byClass = new Float64Array(labels.classes.length)
  for (const { ordinal, bytes } of files) {
    counts.rows++
    counts.imageBytes += bytes
    let classes = 0
    for (let at = labels.start[ordinal]!; at < labels.start[ordinal + 1]!; at++) {
      const index = labels.index[at]!
      counts.bySource[sources[labels.source[at]!]!]++
      if (index < 0) continue
      byClass[index]!++
      classes++
    }
    if (classes) counts.labeled++
    counts.bySplit[parts?.[ordinal] ? splits[parts[ordinal] - 1]! : 'unlabeled']++
  }
  counts.byClass = labels.classes
    .map((one, index) => ({ ...one, count: byClass[index]! }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => byCodePoint(a.name, b.name))
  return counts
}

/** The files of the export, by path. */
function* chosenFiles(reader: Reader, { start, index }: LabelColumns, choices: RowChoices): Generator<FileRow> {
  const seen = choices.firstCopyOnly ? new Uint8Array(start.length) : null
  const folders = choices.paths?.map((path) => Buffer.from(path))
  for (const file of reader.files()) {
    const { ordinal, path } = file
    if (folders && !folders.some((folder) => path.subarray(0, folder.length).equals(folder))) continue
    let classes = 0
    let out = 0
    for (let at = start[ordinal]!; at < start[ordinal + 1]!; at++) {
      if (index[at]! >= 0) classes++
      else if (index[at] === leftOut) out++
    }
    if (classes === 0 && (out > 0 || !choices.unlabeled)) continue
    if (seen?.[ordinal]) continue
    if (seen) seen[ordinal] = 1
    yield file
  }
}

/** Every sample with a class once. */
function* members(reader: Reader, labels: LabelColumns, choices: RowChoices): Generator<Chosen> {
  for (const file of chosenFiles(reader, labels, { ...choices, firstCopyOnly: true, unlabeled: false })) {
    const { ordinal, sha256, path, takenAt, camera } = file
    for (let at = labels.start[ordinal]!; at < labels.start[ordinal + 1]!; at++) {
      const stratum = labels.index[at]!
      if (stratum < 0) continue
      yield { ordinal, sha256, path, takenAt, camera, stratum }
      break
    }
  }
}

function rowOf(
  { ordinal, path, sha256, width, height, format, bytes, takenAt }: FileRow,
  labels: LabelColumns,
  parts: Uint8Array | null,
  clusters: ArrayLike<number | null> | null,
): ExportRow {
  const given: ExportLabel[] = []
  let noClass: ExportRow['unknown'] = null
  for (let at = labels.start[ordinal]!; at < labels.start[ordinal + 1]!; at++) {
    const one = labels.classes[labels.index[at]!]
    const source = sources[labels.source[at]!]!
    const confidence = labels.confidence[at]!
    const confirmedAt = labels.confirmedAt[at]! || null
    if (one) given.push({ ...one, source, confidence: Number.isNaN(confidence) ? null : confidence, confirmedAt })
    else if (labels.index[at] === unknown) noClass = { source, confirmedAt }
  }
  const split: Split | null = (parts?.[ordinal] && splits[parts[ordinal] - 1]) || null
  return {
    ordinal,
    path,
    text: textOf(path),
    sha256: sha256.toString('hex'),
    width,
    height,
    format,
    bytes,
    takenAt,
    labels: given,
    unknown: noClass,
    split,
    clusterId: clusters?.[ordinal] ?? null,
  }
}

/** Names that are UTF-8 stay as they are, so that other programs find the files. */
function textOf(path: Buffer): string {
  const text = path.toString('utf8')
  return Buffer.from(text).equals(path) ? text : displayPath(path)
}
