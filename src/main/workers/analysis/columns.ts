/** The open project's columns by ordinal, read from the database and kept up to date. */
import { type Source, Source as Sources } from '@shared/model'
import type { LabelRow, Reader } from '../../store/reader'
import { type Guesses, hear, inForce, type MultiColumns, multiColumns, noGuesses } from './multi-columns'

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
  /** In multi-label projects the first in force, and `predictions` the surest; all of them stand in `multi`. */
  labels: Uint16Array
  /** Index into the sources, 255 without label. */
  sources: Uint8Array
  confirmed: Uint8Array
  /** 1: asked because it was drawn uniformly. */
  drawn: Uint8Array
  /** Entry of the annotation log that spoke of it last. */
  spoken: Uint32Array
  /** Entry of the annotation log up to which labels are read. */
  sequence: number
  predictions: Uint16Array
  confidences: Float32Array
  /** What the fit before the last one predicted, while the project is open; `noLabel` where there was none. */
  before: Uint16Array
  /** Null in single-label projects. */
  multi: MultiColumns | null
}

export const sourceNames: readonly Source[] = Sources.options

export function emptyColumns(reader: Reader): Columns {
  return {
    count: 0,
    files: new Uint16Array(0),
    area: new Float64Array(0),
    classes: [],
    labels: new Uint16Array(0),
    sources: new Uint8Array(0),
    confirmed: new Uint8Array(0),
    drawn: new Uint8Array(0),
    spoken: new Uint32Array(0),
    sequence: 0,
    predictions: new Uint16Array(0),
    confidences: new Float32Array(0),
    before: new Uint16Array(0),
    multi: multiColumns(reader),
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
  columns.spoken = grown(columns.spoken, count, 0)
  columns.predictions = grown(columns.predictions, count, noLabel)
  columns.confidences = grown(columns.confidences, count, 0)
  columns.before = grown(columns.before, count, noLabel)
  columns.count = count
}

/** Labels touched since they were read last. */
export function readLabels(columns: Columns, reader: Reader): void {
  const indexOf = classIndex(columns, reader)
  const sequence = reader.labels.sequence()
  for (const row of reader.labels.since(columns.sequence)) {
    const index = row.classId === null ? unknown : indexOf(row.classId)
    columns.spoken[row.ordinal] = row.changed
    if (columns.multi) hear(columns.multi, row, index)
    if (columns.multi) putFirst(columns, columns.multi, row.ordinal)
    else putLabel(columns, row, index)
  }
  columns.sequence = sequence
}

function putLabel(columns: Columns, { ordinal, cleared, source, confirmed, drawn }: LabelRow, index: number): void {
  columns.labels[ordinal] = cleared ? noLabel : index
  columns.sources[ordinal] = cleared ? 255 : sourceNames.indexOf(source)
  columns.confirmed[ordinal] = Number(confirmed)
  columns.drawn[ordinal] = Number(drawn && !cleared)
}

function putFirst(columns: Columns, multi: MultiColumns, ordinal: number): void {
  const labels = inForce(multi, ordinal)
  columns.labels[ordinal] = labels[0]?.index ?? noLabel
  columns.sources[ordinal] = labels[0] ? sourceNames.indexOf(labels[0].source) : 255
  columns.confirmed[ordinal] = Number(labels.every(({ confirmed }) => confirmed))
  columns.drawn[ordinal] = Number(labels.some(({ drawn }) => drawn))
}

/** The stored pseudo-labels of the run in use. */
export function readPredictions(columns: Columns, reader: Reader, runId: string | null): void {
  columns.predictions.fill(noLabel)
  columns.confidences.fill(0)
  if (columns.multi) columns.multi.guesses = noGuesses()
  const head = runId && reader.head(runId)
  if (!head) return
  const indexOf = classIndex(columns, reader)
  const map = head.classes.map(indexOf)
  const { starts, classes, confidences } = reader.pseudoLabels(head.id)
  if (starts) setGuesses(columns, map, { starts, classes, confidences })
  else setPredictions(columns, map, classes, confidences)
}

/** Pseudo-labels of a multi-label project. */
export function setGuesses(columns: Columns, map: number[], { starts, classes, confidences }: Guesses): void {
  if (!columns.multi) return
  columns.multi.guesses = { starts, classes: classes.map((index) => map[index]!), confidences }
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    const first = starts[ordinal] ?? 0
    const some = first < (starts[ordinal + 1] ?? 0)
    columns.predictions[ordinal] = some ? columns.multi.guesses.classes[first]! : noLabel
    columns.confidences[ordinal] = some ? confidences[first]! : 0
  }
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

function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float32Array>(column: T, count: number, fill: number): T {
  if (column.length === count) return column
  const longer = new (column.constructor as new (length: number) => T)(count).fill(fill) as T
  longer.set(column.subarray(0, count))
  return longer
}
