/** The open project's columns by ordinal, read from the database and kept up to date. */
import { type Source, Source as Sources } from '@shared/model'
import type { Reader } from '../../store/reader'

/** Class index of a sample without a label in force; `unknown` for one that a person says no class fits. */
export const noLabel = 0xffff
export const unknown = 0xfffe

export interface Columns {
  /** Highest ordinal + 1. */
  count: number
  /** Files present; 0: missing. */
  files: Uint16Array
  /** width × height. */
  area: Float64Array
  /** Class UUIDs; label and pseudo-label columns index them. */
  classes: string[]
  labels: Uint16Array
  /** Index into the sources, 255 without label. */
  sources: Uint8Array
  confirmed: Uint8Array
  /** 1: asked because it was drawn uniformly. */
  drawn: Uint8Array
  /** Entry of the annotation log up to which labels are read. */
  sequence: number
  predictions: Uint16Array
  confidences: Float32Array
}

export const sourceNames: readonly Source[] = Sources.options

export function emptyColumns(): Columns {
  return {
    count: 0,
    files: new Uint16Array(0),
    area: new Float64Array(0),
    classes: [],
    labels: new Uint16Array(0),
    sources: new Uint8Array(0),
    confirmed: new Uint8Array(0),
    drawn: new Uint8Array(0),
    sequence: 0,
    predictions: new Uint16Array(0),
    confidences: new Float32Array(0),
  }
}

/** Samples came or went. */
export function readSamples(columns: Columns, reader: Reader): void {
  const { files, width, height } = reader.samples()
  const count = files.length
  columns.files = files
  columns.area = Float64Array.from(width, (value, ordinal) => value * height[ordinal]!)
  columns.labels = grown(columns.labels, count, noLabel)
  columns.sources = grown(columns.sources, count, 255)
  columns.confirmed = grown(columns.confirmed, count, 1)
  columns.drawn = grown(columns.drawn, count, 0)
  columns.predictions = grown(columns.predictions, count, noLabel)
  columns.confidences = grown(columns.confidences, count, 0)
  columns.count = count
}

/** Labels touched since they were read last. */
export function readLabels(columns: Columns, reader: Reader): void {
  const indexOf = classIndex(columns, reader)
  const sequence = reader.sequence()
  for (const row of reader.labels(columns.sequence)) {
    columns.labels[row.ordinal] = row.cleared ? noLabel : row.classId === null ? unknown : indexOf(row.classId)
    columns.sources[row.ordinal] = row.cleared ? 255 : sourceNames.indexOf(row.source)
    columns.confirmed[row.ordinal] = Number(row.confirmed)
    columns.drawn[row.ordinal] = Number(row.drawn && !row.cleared)
  }
  columns.sequence = sequence
}

/** The stored pseudo-labels of the run in use. */
export function readPredictions(columns: Columns, reader: Reader, runId: string | null): void {
  columns.predictions.fill(noLabel)
  columns.confidences.fill(0)
  const head = runId && reader.head(runId)
  if (!head) return
  const indexOf = classIndex(columns, reader)
  const map = head.classes.map(indexOf)
  const { classes, confidences } = reader.pseudoLabels(head.id)
  setPredictions(columns, map, classes, confidences)
}

/** @param map index in `columns.classes` of each class that `predictions` index */
export function setPredictions(columns: Columns, map: number[], predictions: Uint16Array, confidences: Float32Array): void {
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    const predicted = predictions[ordinal] ?? noLabel
    columns.predictions[ordinal] = predicted === noLabel ? noLabel : map[predicted]!
    columns.confidences[ordinal] = confidences[ordinal] ?? 0
  }
}

/** A sample has a pseudo-label to show when nobody has labeled it. */
export const hasPseudoLabel = ({ labels, predictions }: Columns, ordinal: number) =>
  labels[ordinal] === noLabel && predictions[ordinal] !== noLabel && predictions[ordinal] !== undefined

/** Classes keep their index for as long as the project is open; new ones come behind. */
function classIndex(columns: Columns, reader: Reader): (uuid: string) => number {
  const known = new Map(columns.classes.map((uuid, index) => [uuid, index]))
  for (const uuid of reader.classes.uuids().values()) {
    if (!known.has(uuid)) known.set(uuid, columns.classes.push(uuid) - 1)
  }
  return (uuid) => known.get(uuid)!
}

function grown<T extends Uint8Array | Uint16Array | Float32Array>(column: T, count: number, fill: number): T {
  if (column.length === count) return column
  const longer = new (column.constructor as new (length: number) => T)(count).fill(fill) as T
  longer.set(column.subarray(0, count))
  return longer
}
