/** What an exporter is. Adding one is one file, its descriptor, its line in the descriptors and its line in the registry. */
import type { Source } from '@shared/model'
import type { Reader } from '../store/reader'
import type { Split } from '../dataset/splits'

export interface ExportLabel {
  classId: string
  name: string
  source: Source
  /** Of pseudo-labels, accepted or not. */
  confidence: number | null
  /** Unix ms of the act that put the label in force; null for pseudo-labels and for labels that wait for confirmation. */
  confirmedAt: number | null
}

/** One image file as exports write it. */
export interface ExportRow {
  ordinal: number
  /** Bytes relative to the image folder. */
  path: Buffer
  /** The same as text, POSIX separators: exact where it is UTF-8, otherwise with `\xNN` for bytes that are none. */
  text: string
  /** Hex. */
  sha256: string
  width: number
  height: number
  /** As the decoder names it: `jpeg`, `png`… */
  format: string
  bytes: number
  /** Unix ms, by the camera's clock. */
  takenAt: number | null
  /** In single-label projects one at most. */
  labels: ExportLabel[]
  /** Somebody says that no class fits. */
  unknown: { source: Source; confirmedAt: number | null } | null
  split: Split | null
  /** -1: outlier. */
  clusterId: number | null
}

export interface ExportCounts {
  rows: number
  /** Rows with at least one class. */
  labeled: number
  /** Labels, `unknown` among them. */
  bySource: Record<Source, number>
  /** Alphabetical. */
  byClass: { classId: string; name: string; count: number }[]
  /** Rows without a split count as `unlabeled` where there is one. */
  bySplit: Record<Split | 'unlabeled', number>
  /** Size of the image files. */
  imageBytes: number
  /** Labels that wait for confirmation, where the format takes confirmed ones only. */
  unconfirmed: number
}

/** The rows that a request asks for, streamed as often as wanted. */
export interface ExportRows {
  counts: ExportCounts
  rows(): Iterable<ExportRow>
}

/** Fits softmax regression; given from outside, since heads are made in `labeling`. */
export type SoftmaxFit = (lesson: {
  /** [rows, dimensions], row-major. */
  embeddings: Float32Array
  dimensions: number
  /** Class index per row. */
  targets: Uint16Array
  /** Weight per row. */
  weights: Float32Array
  classes: number
}) => {
  /** [classes, dimensions + 1], row-major; the last column is the bias. */
  weights: Float32Array
}

export interface ExportContext {
  reader: Reader
  data: ExportRows
  /** Checked against the exporter's schema. */
  options: unknown
  /** Of the split; null without one. */
  seed: number | null
  /** The project lets samples have several labels. */
  multiLabel: boolean
  fitSoftmax: SoftmaxFit
  signal: AbortSignal
  /** Rows done so far. */
  progress: (done: number) => void
}

/** @param path a file or folder that does not exist yet; made here, renamed to the target by the caller when all is written */
export interface Exporter {
  id: string
  write(context: ExportContext, path: string): Promise<ExportResult>
}

export interface ExportResult {
  /** What came of it, in one line: `1,200 rows`. */
  summary: string
}

/** Plain name of a head. */
export const headTitle = ({ state: { title }, method }: { state: Record<string, unknown>; method: string }) =>
  typeof title === 'string' ? title : method
