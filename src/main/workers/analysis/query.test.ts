import { SampleQuery } from '@shared/model'
import { expect, test } from 'vitest'
import { type Columns, noLabel, unknown } from './columns'
import { momentRanks } from './order'
import { guessesAbove, histogram } from './pseudo-labels'
import { type QueryContext, runQuery } from './query'

const [boot, bag] = ['0199aaaa-0000-7000-8000-000000000001', '0199aaaa-0000-7000-8000-000000000002']

/** Six samples: a labeled boot, an unknown, three guesses, one gap that no sample has. */
const columns: Columns = {
  count: 6,
  files: Uint16Array.of(1, 2, 1, 0, 1, 0),
  area: Float64Array.of(100, 400, 300, 200, 500, 0),
  classes: [boot, bag],
  labels: Uint16Array.of(0, unknown, noLabel, noLabel, noLabel, noLabel),
  sources: Uint8Array.of(0, 0, 255, 255, 255, 255),
  confirmed: Uint8Array.of(0, 1, 1, 1, 1, 1),
  drawn: new Uint8Array(6),
  spoken: new Uint32Array(6),
  sequence: 3,
  predictions: Uint16Array.of(1, 1, 0, 1, 1, noLabel),
  confidences: Float32Array.of(0.9, 0.9, 0.5, 0.75, 1, 0),
  before: Uint16Array.of(0, 0, 1, 1, noLabel, noLabel),
  multi: null,
}
const positions = Float32Array.of(0, 0, 1, 1, 2, 2, 3, 3, NaN, NaN, 5, 5)
const takenAt = Float64Array.of(1.7e12 + 50, 1.7e12 + 20, NaN, 1.7e12 + 40, 1.7e12 + 30, NaN)
const context: QueryContext = {
  positions: () => positions,
  columns,
  searchPaths: () => Uint32Array.of(0, 4),
  pathRanks: () => [4, 3, 2, 1, 0, 5],
  field: () => ({ kind: 'category', names: ['Canon EOS', 'a/b'], values: Uint16Array.of(0, 1, 0xffff, 0, 1, 0) }),
  takenAt: () => takenAt,
  takenRanks: () => momentRanks(takenAt),
  similarities: Float32Array.of(0.5, 1, NaN, -1, 0.75, NaN),
  clustersAt: (granularity) => (granularity === 1 ? Int32Array.of(0, 0, 1, -1, 1, -1) : Int32Array.of(0, 0, 0, -1, 0, -1)),
  typicality: Float32Array.of(0.1, 0.9, 0.5, 0.2, 0.3, 0),
  outlierBelow: () => 0.25,
  spareCopies: () => Uint8Array.of(0, 1, 0, 1, 0, 0),
  disagreement: Float32Array.of(0.1, 0.2, 0.3, 0.9, 0.5, 0),
  novelty: { values: Float32Array.of(0, 0, 0.6, 0.2, 0.7, 0), threshold: 0.5 },
}

test('groups follow one another, what is in none last, in the order asked for within each', () => {
  expect(run({ groupBy: 'folder' })).toEqual([0, 3, 1, 4, 2])
  expect(run({ groupBy: 'folder', sort: 'size', descending: true })).toEqual([3, 0, 4, 1, 2])
})
const run = (query: object) => [...runQuery(SampleQuery.parse(query), context).all()]

test('a gap in the ordinals is no sample', () => {
  expect(run({})).toEqual([0, 1, 2, 3, 4])
  expect(run({ descending: true })).toEqual([4, 3, 2, 1, 0])
})

test.each([
  [{ labeled: true }, [0, 1]],
  [{ labeled: false }, [2, 3, 4]],
  [{ outlier: true }, [0, 3]],
  [{ changedGuess: true }, [2]],
  [{ bestShots: true }, [0, 2, 4]],
  [{ bestShots: false }, [1, 3]],
  [{ labeled: false, sort: 'disagreement', descending: true }, [3, 4, 2]],
  [{ outlier: true, labeled: false }, [3]],
  [{ outlier: false }, [1, 2, 4]],
  [{ classId: boot }, [0]],
  [{ classId: null }, [1]],
  [{ source: 'human' }, [0, 1]],
  [{ camera: 'canon' }, [0, 3]],
  [{ folder: 'a' }, [1, 4]],
  [{ folder: 'a/b' }, [1, 4]],
  [{ folder: 'a/bc' }, []],
  [{ takenFrom: 1.7e12 + 30, takenTo: 1.7e12 + 45 }, [3, 4]],
  [{ similar: { like: [1] }, sort: 'similarity' }, [1, 4, 0, 3]],
  [{ similar: { like: [1] }, sort: 'similarity', descending: true }, [3, 0, 4, 1]],
  [{ sort: 'date' }, [1, 4, 3, 0, 2]],
  [
    {
      region: [
        [0.5, 0.5],
        [4, 0.5],
        [4, 4],
        [0.5, 4],
      ],
    },
    [1, 2, 3],
  ],
  [{ predictedId: bag }, [3, 4]],
  [{ minConfidence: 0.7 }, [3, 4]],
  [{ maxConfidence: 0.7 }, [2]],
  [{ duplicates: true }, [1]],
  [{ missing: true }, [3]],
  [{ unconfirmed: true }, [0]],
  [{ text: 'a' }, [0, 4]],
  [{ clusterId: 0 }, [0, 1, 2, 4]],
  [{ clusterId: 1, granularity: 1 }, [2, 4]],
  [{ clusterId: -1, labeled: false }, [3]],
  [{ sort: 'path' }, [4, 3, 2, 1, 0]],
  [{ sort: 'size', descending: true }, [4, 1, 2, 3, 0]],
  [{ sort: 'typicality' }, [0, 3, 4, 2, 1]],
  [{ novel: true, sort: 'novelty', descending: true }, [4, 2]],
  [{ novel: false }, [0, 1, 3]],
  [{ labeled: false, sort: 'confidence' }, [2, 3, 4]],
])('%j', (query, ordinals) => {
  expect(run(query)).toEqual(ordinals)
})

test('pseudo-labels are those of unlabeled samples', () => {
  const [boots, bags] = histogram(columns)
  expect(boots).toEqual({ classId: boot, pseudoLabels: 1, histogram: [0, 0, 0, 0, 0, 1, 0, 0, 0, 0] })
  expect(bags).toEqual({ classId: bag, pseudoLabels: 2, histogram: [0, 0, 0, 0, 0, 0, 0, 1, 0, 1] })
  expect(guessesAbove(columns, { minConfidence: 0.75 }).ordinals).toEqual([3, 4])
  expect(guessesAbove(columns, { minConfidence: 0, classId: boot }).ordinals).toEqual([2])
})
