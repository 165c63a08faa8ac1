import { SampleQuery } from '@shared/model'
import { expect, test } from 'vitest'
import { matrix } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import type { LabelRow, Reader } from '../../store/reader'
import { type Columns, emptyColumns, readLabels, readSamples } from './columns'
import { fitMultiLabel } from './multi-label'
import { guessesAbove, histogram } from './pseudo-labels'
import { runQuery } from './query'
import type { RunInUse } from './run'

const [right, upper] = ['0199aaaa-0000-7000-8000-000000000001', '0199aaaa-0000-7000-8000-000000000002']
const count = 200

/** Points on the unit circle; `right` and `upper` are said of the first 60 as a person would, seen. */
function project() {
  const draw = random(9)
  const embeddings = matrix(count, 2)
  const labels: LabelRow[] = []
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const angle = draw.next() * 2 * Math.PI
    embeddings.data.set([Math.cos(angle), Math.sin(angle)], ordinal * 2)
    if (ordinal >= 60) continue
    const said = (classId: string | null): LabelRow => ({
      ordinal,
      classId,
      cleared: false,
      source: 'human',
      confirmed: true,
      drawn: false,
      confidence: null,
      at: 1,
      changed: 1,
    })
    if (Math.cos(angle) > 0) labels.push(said(right))
    if (Math.sin(angle) > 0) labels.push(said(upper))
    if (Math.cos(angle) <= 0 && Math.sin(angle) <= 0) labels.push(said(null))
  }
  const reader = {
    samples: () => ({
      files: new Uint16Array(count).fill(1),
      width: new Uint32Array(count).fill(1),
      height: new Uint32Array(count).fill(1),
    }),
    labels: {
      since: (entry: number) => labels.filter(({ changed }) => changed > entry),
      sequence: () => Math.max(...labels.map(({ changed }) => changed)),
    },
    classes: {
      uuids: () =>
        new Map([
          [1, right],
          [2, upper],
        ]),
    },
    meta: { facts: () => ({ labeling: 'multi' }) },
  } as unknown as Reader
  const columns = emptyColumns(reader)
  readSamples(columns, reader)
  readLabels(columns, reader)
  const run = { id: 'r', ordinals: Uint32Array.from({ length: count }, (_, row) => row), embeddings } as unknown as RunInUse
  const refit = () => fitMultiLabel(run, columns, columns.multi!, 0)
  return { columns, reader, labels, embeddings: embeddings.data, refit }
}
const unasked = () => {
  throw new Error('these queries are about labels only')
}
const find = (columns: Columns, query: object) => [
  ...runQuery(SampleQuery.parse(query), {
    columns,
    clustersAt: () => null,
    spareCopies: unasked,
    typicality: null,
    outlierBelow: () => null,
    disagreement: null,
    novelty: null,
    searchPaths: unasked,
    pathRanks: unasked,
    field: unasked,
    takenAt: unasked,
    takenRanks: unasked,
    similarities: null,
    positions: unasked,
  }).all(),
]

test('an image gets a guess for every class it is likely to have, and none that was said of it', () => {
  const { columns, embeddings, refit } = project()
  const { fitted, classes } = refit()
  expect(classes).toEqual([right, upper])
  expect(fitted.crossValidated['one-vs-rest']).toBeGreaterThan(0.85)
  const [rights, uppers] = histogram(columns)
  const truly = (at: number) =>
    Array.from({ length: count - 60 }, (_, row) => row + 60).filter((row) => embeddings[row * 2 + at]! > 0)
  expect(Math.abs(rights!.pseudoLabels - truly(0).length)).toBeLessThan(20)
  const both = guessesAbove(columns, { minConfidence: 0 }).ordinals
  expect(both.length).toBe(rights!.pseudoLabels + uppers!.pseudoLabels)
  expect(both.length).toBeGreaterThan(new Set(both).size)
  const fromRight = find(columns, { predictedId: right, minConfidence: 0.8 })
  const agree = fromRight.filter((ordinal) => embeddings[ordinal * 2]! > 0).length
  expect(agree / fromRight.length).toBeGreaterThan(0.9)
})

test('images are found by any of their classes; a class struck out is not guessed again', () => {
  const { columns, reader, labels, refit } = project()
  const several = labels.filter(({ classId }) => classId === right).map(({ ordinal }) => ordinal)
  expect(find(columns, { classId: right })).toEqual(several)
  refit()
  const [first] = guessesAbove(columns, { minConfidence: 0.9, classId: upper }).ordinals.filter((ordinal) => ordinal >= 60)
  labels.push({ ...labels[0]!, ordinal: first!, classId: upper, cleared: true, changed: 2 })
  readLabels(columns, reader)
  expect(guessesAbove(columns, { minConfidence: 0, classId: upper }).ordinals).not.toContain(first)
  expect(find(columns, { labeled: true })).not.toContain(first)
})
