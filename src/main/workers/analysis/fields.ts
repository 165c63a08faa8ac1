/** What samples can be coloured, grouped and sorted by: a value per ordinal and what the values mean. */
import { join } from 'node:path'
import type { MapField } from '@shared/contract/map'
import { HandfulError } from '@shared/errors'
import { levelAt } from '../../cluster/hierarchy'
import { readClusters } from '../../cluster/stored'
import type { Reader } from '../../store/reader'
import { type Columns, noLabel, unknown } from './columns'
import { eventsOf } from './events'
import type { RunInUse } from './run'

/** No category. */
export const none = 0xffff

export interface Field {
  kind: MapField['kind']
  /** Names of categories, by number. */
  names: string[]
  /** uint16 categories or float32 numbers, by ordinal. */
  values: Uint16Array | Float32Array
}

/** More categories than this are too many to tell apart; the rarest have none. */
const mostCategories = 60_000

interface Held {
  columns: Columns
  reader: Reader
  run: RunInUse | null
}

export class Fields {
  readonly #held: () => Held
  /** Facts of the files, read when first asked for. */
  readonly #facts = new Map<string, Field>()

  constructor(held: () => Held) {
    this.#held = held
  }

  /** Samples came or went. */
  forget(): void {
    this.#facts.clear()
  }

  list(): MapField[] {
    const { reader, run } = this.#held()
    const field = (id: string, kind: MapField['kind'], detail: string | null = null) => ({ id, kind, detail })
    const others = reader.runs.list().filter((other) => other.state === 'ready' && other.id !== run?.id)
    return [
      field('class', 'category'),
      field('predicted', 'category'),
      field('confidence', 'number'),
      ...(run?.stored ? [field('cluster', 'category'), field('typicality', 'number')] : []),
      ...others.map((other) =>
        field(`run:${other.id}`, 'category', `${other.task}, ${new Date(other.createdAt).toLocaleString('en')}`),
      ),
      field('folder', 'category'),
      field('date', 'number'),
      field('event', 'category'),
      field('camera', 'category'),
      field('size', 'number'),
    ]
  }

  /** @throws HandfulError UNKNOWN_ID */
  get(id: string, granularity: number | null): Field {
    const { columns, reader, run } = this.#held()
    const { classes, count } = columns
    switch (id) {
      case 'class':
        return {
          kind: 'category',
          names: [...classes, 'unknown'],
          values: columns.labels.map((label) => (label === unknown ? classes.length : label)),
        }
      case 'predicted':
        return {
          kind: 'category',
          names: [...classes],
          values: columns.predictions.map((predicted, ordinal) => (columns.labels[ordinal] === noLabel ? predicted : none)),
        }
      case 'confidence':
        return numbers(count, (ordinal) => (columns.predictions[ordinal] === noLabel ? NaN : columns.confidences[ordinal]!))
      case 'cluster':
        return ofClusters(run, granularity, count)
      case 'typicality': {
        const typicality = run?.typicality()
        return numbers(count, (ordinal) => (run && run.rowOf[ordinal]! >= 0 ? (typicality?.[ordinal] ?? NaN) : NaN))
      }
      case 'size':
        return numbers(count, (ordinal) => (columns.area[ordinal]! > 0 ? columns.area[ordinal]! : NaN))
      default:
        return this.#remembered(id, () => {
          if (id.startsWith('run:')) return ofRun(reader, id.slice(4), count)
          return id === 'event' ? ofEvents(columns, momentsOf(reader, count), run) : ofFiles(reader, id, count)
        })
    }
  }

  #remembered(id: string, make: () => Field): Field {
    const known = this.#facts.get(id) ?? make()
    this.#facts.set(id, known)
    return known
  }
}

const numbers = (count: number, value: (ordinal: number) => number): Field => ({
  kind: 'number',
  names: [],
  values: Float32Array.from({ length: count }, (_, ordinal) => value(ordinal)),
})

/** Numbered as they stand on the board, those that a person made among them. */
function ofClusters(run: RunInUse | null, granularity: number | null, count: number): Field {
  const level = run?.level(granularity)
  if (!run || !level) return clusterField(new Int32Array(count).fill(-1), [])
  return clusterField(run.clustersAt(granularity)!, run.orderAt(level))
}

/** @param order of the ids; −1 is none */
function clusterField(ids: Int32Array, order: number[]): Field {
  const shown = order.filter((id) => id !== -1).slice(0, mostCategories)
  const numbers = new Map(shown.map((id, number) => [id, number]))
  return { kind: 'category', names: shown.map(String), values: Uint16Array.from(ids, (id) => numbers.get(id) ?? none) }
}

function ofRun(reader: Reader, runId: string, count: number): Field {
  const stored = readClusters(join(reader.folder, 'runs', runId))
  if (!stored) throw new HandfulError('UNKNOWN_ID', { what: 'clustering of run', id: runId })
  const ids = new Int32Array(count).fill(-1)
  const level = levelAt(stored.hierarchy, null)
  stored.ordinals.forEach((ordinal, row) => (ids[ordinal] = level.ids[row]!))
  return clusterField(
    ids,
    [...new Set(level.ids)].sort((a, b) => a - b),
  )
}

function ofFiles(reader: Reader, id: string, count: number): Field {
  if (id === 'date') return { kind: 'number', names: [], values: Float32Array.from(momentsOf(reader, count), (at) => at / 1000) }
  if (id === 'day') return named(daysOf(momentsOf(reader, count)), count)
  if (id !== 'camera' && id !== 'folder') throw new HandfulError('UNKNOWN_ID', { what: 'field', id })
  return named(id === 'camera' ? reader.cameras() : reader.folders(), count)
}

/** Categories by name, numbered as a person would sort them. */
function named(rows: Iterable<{ ordinal: number; value: string }>, count: number): Field {
  const met = new Map<string, number>()
  const metAt = new Int32Array(count).fill(-1)
  for (const { ordinal, value } of rows) {
    let number = met.get(value)
    if (number === undefined) met.set(value, (number = met.size))
    metAt[ordinal] = number
  }
  const names = [...met.keys()].sort(alphabetical).slice(0, mostCategories)
  const numbers = new Uint16Array(met.size).fill(none)
  names.forEach((name, number) => (numbers[met.get(name)!] = number))
  return { kind: 'category', names, values: Uint16Array.from(metAt, (number) => (number < 0 ? none : numbers[number]!)) }
}

const alphabetical = new Intl.Collator('en', { numeric: true }).compare

function* daysOf(moments: Float64Array): Generator<{ ordinal: number; value: string }> {
  for (const [ordinal, at] of moments.entries()) {
    if (!Number.isNaN(at)) yield { ordinal, value: new Date(at).toISOString().slice(0, 10) }
  }
}

function ofEvents({ area, count }: Columns, moments: Float64Array, run: RunInUse | null): Field {
  const there = Uint32Array.from({ length: count }, (_, ordinal) => ordinal).filter((ordinal) => area[ordinal]! > 0)
  const looks = run && { embeddings: run.embeddings.data, dimensions: run.embeddings.columns, rowOf: run.rowOf }
  const events = eventsOf(there, moments, looks).slice(0, mostCategories)
  const values = new Uint16Array(count).fill(none)
  events.forEach((event, number) => event.forEach((ordinal) => (values[ordinal] = number)))
  return { kind: 'category', names: events.map((event) => `${moments[event[0]!]}/${moments[event.at(-1)!]}`), values }
}

/** When each sample was taken, Unix ms by ordinal; NaN where it does not say. */
export function momentsOf(reader: Reader, count: number): Float64Array {
  const moments = new Float64Array(count).fill(NaN)
  for (const { ordinal, value } of reader.takenAt()) moments[ordinal] = value
  return moments
}

/** Of numbers the ends of their range. */
export function rangeOf(kind: Field['kind'], values: Field['values']): { least: number | null; most: number | null } {
  let [least, most] = [Infinity, -Infinity]
  if (kind === 'number') {
    for (const value of values) {
      if (value < least) least = value
      if (value > most) most = value
    }
  }
  return least <= most ? { least, most } : { least: null, most: null }
}
