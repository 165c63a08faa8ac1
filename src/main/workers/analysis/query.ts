/** Which samples a query means, and in which order. */
import type { SampleQuery } from '@shared/model'
import type { Reader } from '../../store/reader'
import { type Columns, noLabel, sourceNames, unknown } from './columns'
import { eachGuess, guessed } from './guesses'
import { inForce } from './multi-columns'
import type { Novelty } from './novelty'

/** What the columns do not hold. */
export interface QueryContext {
  columns: Columns
  reader: Reader
  /** Cluster ids by ordinal at a granularity, null where there are none. */
  clustersAt: (granularity: number | null) => Int32Array | null
  /** By ordinal; null where not computed. */
  typicality: Float32Array | null
  novelty: Novelty | null
}

/** Ordinals of the query in its order. */
export function runQuery(query: SampleQuery, context: QueryContext): Uint32Array {
  const wanted = testsOf(query, context)
  const candidates = query.text ? context.reader.searchPaths(query.text).sort() : everyOrdinal(context.columns.count)
  return inOrder(
    candidates.filter((ordinal) => wanted.every((test) => test(ordinal))),
    query,
    context,
  )
}

const everyOrdinal = (count: number) => Uint32Array.from({ length: count }, (_, ordinal) => ordinal)

type Test = (ordinal: number) => boolean

function testsOf(query: SampleQuery, { columns, clustersAt, novelty }: QueryContext): Test[] {
  const { labels, sources, confirmed, files, classes, area, multi } = columns
  const tests: Test[] = [(ordinal) => area[ordinal]! > 0]
  if (query.labeled !== undefined) tests.push((ordinal) => (labels[ordinal] !== noLabel) === query.labeled)
  if (query.classId !== undefined) {
    const index = query.classId === null ? unknown : classes.indexOf(query.classId)
    if (multi) tests.push((ordinal) => inForce(multi, ordinal).some((label) => label.index === index))
    else tests.push((ordinal) => labels[ordinal] === index)
  }
  if (query.source) {
    const index = sourceNames.indexOf(query.source)
    if (multi) tests.push((ordinal) => inForce(multi, ordinal).some(({ source }) => source === query.source))
    else tests.push((ordinal) => sources[ordinal] === index)
  }
  const { predictedId, minConfidence, maxConfidence } = query
  if (predictedId !== undefined || minConfidence !== undefined || maxConfidence !== undefined) {
    const wanted = predictedId === undefined ? null : classes.indexOf(predictedId)
    const fits = (index: number, confidence: number) =>
      (wanted === null || index === wanted) && confidence >= (minConfidence ?? 0) && confidence <= (maxConfidence ?? 1)
    tests.push((ordinal) => guessed(columns, ordinal, fits))
  }
  if (query.duplicates !== undefined) tests.push((ordinal) => files[ordinal]! > 1 === query.duplicates)
  if (query.missing !== undefined) tests.push((ordinal) => (files[ordinal] === 0) === query.missing)
  if (query.unconfirmed !== undefined) tests.push((ordinal) => (confirmed[ordinal] === 0) === query.unconfirmed)
  if (query.novel !== undefined)
    tests.push((ordinal) => (novelty !== null && novelty.values[ordinal]! > novelty.threshold) === query.novel)
  if (query.clusterId !== undefined) {
    const clusters = clustersAt(query.granularity ?? null)
    tests.push((ordinal) => clusters?.[ordinal] === query.clusterId)
  }
  return tests
}

/** Ties keep the order of ordinals, so that pages never overlap. */
function inOrder(ordinals: Uint32Array, query: SampleQuery, context: QueryContext): Uint32Array {
  const { sort, descending } = query
  if (sort === 'ordinal') return descending ? ordinals.reverse() : ordinals
  const key = keyOf(sort, query, context)
  const sign = descending ? -1 : 1
  return ordinals.sort((a, b) => sign * (key[a]! - key[b]!) || a - b)
}

function keyOf(
  sort: Exclude<SampleQuery['sort'], 'ordinal'>,
  { predictedId }: SampleQuery,
  { columns, reader, typicality, novelty }: QueryContext,
): ArrayLike<number> {
  switch (sort) {
    case 'confidence':
      return columns.multi && predictedId !== undefined ? confidencesOf(predictedId, columns) : columns.confidences
    case 'size':
      return columns.area
    case 'novelty':
      return novelty?.values ?? new Float32Array(columns.count)
    case 'typicality':
      return typicality ?? new Float32Array(columns.count)
    case 'path': {
      const rank = new Float64Array(columns.count)
      reader.pathOrder().forEach((ordinal, position) => (rank[ordinal] = position))
      return rank
    }
    default:
      return sort satisfies never
  }
}

/** How sure the guess of one class is, by ordinal. */
function confidencesOf(classId: string, columns: Columns): Float32Array {
  const wanted = columns.classes.indexOf(classId)
  const found = new Float32Array(columns.count)
  for (let ordinal = 0; ordinal < columns.count; ordinal++) {
    eachGuess(columns, ordinal, (index, confidence) => {
      if (index === wanted) found[ordinal] = confidence
    })
  }
  return found
}
