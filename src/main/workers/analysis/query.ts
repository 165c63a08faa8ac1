/** Which samples a query means, and in which order. */
import type { GroupBy, SampleQuery } from '@shared/model'
import { boundsOfPolygon, inPolygon, type Polygon } from '@shared/polygon'
import { type Columns, noLabel, sourceNames, unknown } from './columns'
import { type Field, none } from './fields'
import { Found, type Order } from './found'
import { eachGuess, guessChanged, guessed } from './guesses'
import { inForce } from './multi-columns'
import type { Novelty } from './novelty'

/** What the columns do not hold. */
export interface QueryContext {
  columns: Columns
  /** Ascending ordinals with a path that contains the text. */
  searchPaths: (text: string) => Uint32Array
  /** Rank of each ordinal by its first path. */
  pathRanks: () => ArrayLike<number>
  /** See fields.ts. */
  field: (id: 'camera' | 'folder' | GroupBy) => Field
  /** When each was taken, Unix ms; NaN where it does not say. */
  takenAt: () => Float64Array
  /** Rank of each ordinal by when it was taken, equal moments at the same place; NaN where it does not say. */
  takenRanks: () => Float32Array
  /** To what `similar` of the query asks for, by ordinal, NaN without embedding; null where there are none. */
  similarities: Float32Array | null
  /** Cluster ids by ordinal at a granularity, null where there are none. */
  clustersAt: (granularity: number | null) => Int32Array | null
  /** x and y on the map by ordinal; null where there is no map. */
  positions: () => Float32Array | null
  /** By ordinal; null where not computed. */
  typicality: Float32Array | null
  /** Typicality below which a sample is unlike all others; null where not computed. */
  outlierBelow: () => number | null
  /** 1 for near copies of a better shot, by ordinal. */
  spareCopies: () => Uint8Array
  novelty: Novelty | null
  /** By ordinal; null where not computed. */
  disagreement: Float32Array | null
}

/** Ordinals of the query. */
export function runQuery(query: SampleQuery, context: QueryContext): Found {
  let found = query.text ? context.searchPaths(query.text) : everyOrdinal(context.columns.count)
  for (const test of testsOf(query, context)) found = kept(found, test)
  return new Found(found, orderOf(query, context), query.groupBy ? context.field(query.groupBy).values : null)
}

/** In place: of a million ordinals no second list is made. */
function kept(ordinals: Uint32Array, test: Test): Uint32Array {
  let count = 0
  for (const ordinal of ordinals) if (test(ordinal)) ordinals[count++] = ordinal
  return ordinals.subarray(0, count)
}

function everyOrdinal(count: number): Uint32Array {
  const all = new Uint32Array(count)
  for (let ordinal = 0; ordinal < count; ordinal++) all[ordinal] = ordinal
  return all
}

type Test = (ordinal: number) => boolean

function testsOf(query: SampleQuery, context: QueryContext): Test[] {
  const { columns, clustersAt, positions, novelty, typicality } = context
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
  if (query.bestShots !== undefined) {
    const spare = context.spareCopies()
    tests.push((ordinal) => (spare[ordinal] === 0) === query.bestShots)
  }
  if (query.missing !== undefined) tests.push((ordinal) => (files[ordinal] === 0) === query.missing)
  if (query.unconfirmed !== undefined) tests.push((ordinal) => (confirmed[ordinal] === 0) === query.unconfirmed)
  if (query.novel !== undefined)
    tests.push((ordinal) => (novelty !== null && novelty.values[ordinal]! > novelty.threshold) === query.novel)
  if (query.changedGuess !== undefined) tests.push((ordinal) => guessChanged(columns, ordinal) === query.changedGuess)
  if (query.outlier !== undefined) {
    const fence = context.outlierBelow()
    tests.push((ordinal) => (fence !== null && typicality !== null && typicality[ordinal]! < fence) === query.outlier)
  }
  if (query.clusterId !== undefined) {
    const clusters = clustersAt(query.granularity ?? null)
    tests.push((ordinal) => clusters?.[ordinal] === query.clusterId)
  }
  if (query.region) tests.push(insideOf(query.region, positions()))
  return [...tests, ...testsOfFiles(query, context)]
}

function testsOfFiles(query: SampleQuery, { field, takenAt, similarities }: QueryContext): Test[] {
  const tests: Test[] = []
  if (query.similar) {
    tests.push((ordinal) => similarities !== null && !Number.isNaN(similarities[ordinal]!))
  }
  if (query.camera !== undefined) {
    const wanted = query.camera.toLowerCase()
    tests.push(namedLike(field('camera'), (name) => name.toLowerCase().includes(wanted)))
  }
  const { folder, takenFrom, takenTo } = query
  if (folder !== undefined)
    tests.push(namedLike(field('folder'), (name) => name === folder || folder === '' || name.startsWith(`${folder}/`)))
  if (takenFrom !== undefined || takenTo !== undefined) {
    const taken = takenAt()
    const [first, last] = [takenFrom ?? -Infinity, takenTo ?? Infinity]
    tests.push((ordinal) => taken[ordinal]! >= first && taken[ordinal]! <= last)
  }
  return tests
}

function namedLike({ names, values }: Field, fits: (name: string) => boolean): Test {
  const wanted = Uint8Array.from(names, (name) => Number(fits(name)))
  return (ordinal) => values[ordinal] !== none && wanted[values[ordinal]!] === 1
}

function insideOf(region: Polygon, positions: Float32Array | null): Test {
  if (!positions) return () => false
  const { left, right, bottom, top } = boundsOfPolygon(region)
  return (ordinal) => {
    const [x, y] = [positions[ordinal * 2]!, positions[ordinal * 2 + 1]!]
    return x >= left && x <= right && y >= bottom && y <= top && inPolygon(region, x, y)
  }
}

function orderOf(query: SampleQuery, context: QueryContext): Order {
  const { sort, descending, similar } = query
  if (sort === 'ordinal') return { key: null, descending }
  // The most alike come first unless asked otherwise.
  if (sort === 'similarity') return { key: similar ? context.similarities : null, descending: similar ? !descending : false }
  return { key: keyOf(sort, query, context), descending }
}

function keyOf(
  sort: Exclude<SampleQuery['sort'], 'ordinal' | 'similarity'>,
  { predictedId }: SampleQuery,
  { columns, pathRanks, takenRanks, typicality, novelty, disagreement }: QueryContext,
): ArrayLike<number> {
  switch (sort) {
    case 'confidence':
      return columns.multi && predictedId !== undefined ? confidencesOf(predictedId, columns) : columns.confidences
    case 'size':
      return columns.area
    case 'novelty':
      return novelty?.values ?? new Float32Array(columns.count)
    case 'disagreement':
      return disagreement ?? new Float32Array(columns.count)
    case 'typicality':
      return typicality ?? new Float32Array(columns.count)
    case 'path':
      return pathRanks()
    case 'date':
      return takenRanks()
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
