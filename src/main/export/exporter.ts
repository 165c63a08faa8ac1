/** What an exporter is. Adding one is one file, its line in the descriptors and its line in the registry. */
import type { Source } from '@shared/model'
import type { Reader } from '../store/reader'
import type { Split } from '../dataset/splits'

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
  bytes: number
  label: { classId: string; name: string } | null
  /** Null when nobody and nothing has said anything of the sample; with a null label: labeled unknown. */
  source: Source | null
  /** Of pseudo-labels, accepted or not. */
  confidence: number | null
  split: Split | null
  /** -1: outlier. */
  clusterId: number | null
  /** Unix ms of the act that put the label in force; null for pseudo-labels and for labels that wait for confirmation. */
  confirmedAt: number | null
}

export interface ExportCounts {
  rows: number
  bySource: Record<Source, number>
  /** Alphabetical. */
  byClass: { classId: string; name: string; count: number }[]
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
