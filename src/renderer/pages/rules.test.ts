import { describe, expect, it } from 'vitest'
import { crumbsOf, joinPath, nameOf } from '../folders/crumbs'
import { formatBytes, formatSeconds, plural } from '../strings/format'
import { emptyForm, renamed, requestOf, splitBroken } from './export/request'
import { noFilter, queryOf } from './images/filter'
import { stepStates } from './steps'

const facts = {
  project: true,
  samples: 9,
  clusters: 0,
  pseudoLabeled: 0,
  labeled: 0,
  propagated: 0,
  audited: 0,
  exported: false,
  running: new Set<string>(),
}

describe('stepStates', () => {
  it('shows exactly one next step on the way', () => {
    expect(stepStates({ ...facts, project: false, samples: 0 })).toMatchObject({ projects: 'next', images: 'open' })
    expect(stepStates(facts)).toMatchObject({ images: 'done', pretrain: 'next', label: 'open' })
    expect(stepStates({ ...facts, clusters: 3 })).toMatchObject({ label: 'next', review: 'open' })
    expect(stepStates({ ...facts, clusters: 3, pseudoLabeled: 5 })).toMatchObject({ review: 'next', export: 'open' })
    expect(stepStates({ ...facts, clusters: 3, pseudoLabeled: 5, propagated: 4 })).toMatchObject({ export: 'next' })
  })

  it('waits with the next step while the one before runs', () => {
    expect(stepStates({ ...facts, running: new Set(['pretrain']) })).toMatchObject({ pretrain: 'running', label: 'open' })
    expect(stepStates({ ...facts, clusters: 3, running: new Set(['pretrain']) })).toMatchObject({
      pretrain: 'running',
      label: 'next',
    })
  })
})

describe('paths', () => {
  it('cuts them on every system', () => {
    expect(crumbsOf('/home/ann/pictures').map(({ path }) => path)).toEqual(['/', '/home', '/home/ann', '/home/ann/pictures'])
    expect(crumbsOf('C:\\Users\\Ann').map(({ path }) => path)).toEqual(['C:\\', 'C:\\Users', 'C:\\Users\\Ann'])
    expect(nameOf('/a/b.png')).toBe('b.png')
  })
  it('joins them as their system does', () => {
    expect(joinPath('/a', 'b.csv')).toBe('/a/b.csv')
    expect(joinPath('C:\\a', 'b.csv')).toBe('C:\\a\\b.csv')
    expect(joinPath('/', 'b.csv')).toBe('/b.csv')
  })
})

describe('export request', () => {
  const form = { ...emptyForm(), format: 'csv', folder: '/out', name: 'labels.csv' }

  it('is complete only with a format and a target', () => {
    expect(requestOf(emptyForm(), false)).toBeNull()
    expect(requestOf(form, true)).toMatchObject({ target: '/out/labels.csv', replace: true, split: null, minConfidence: 0 })
  })
  it('leaves guesses out as null and gives the split as fractions', () => {
    expect(requestOf({ ...form, guesses: false }, false)?.minConfidence).toBeNull()
    expect(requestOf({ ...form, split: true, validation: 15, test: 25 }, false)?.split).toEqual({
      validation: 0.15,
      test: 0.25,
      seed: 0,
      groupBy: 'none',
    })
  })
  it('refuses a split that leaves nothing to train on', () => {
    expect(splitBroken({ ...form, split: true, validation: 50, test: 50 })).toBe(true)
    expect(requestOf({ ...form, split: true, validation: 50, test: 50 }, false)).toBeNull()
  })
  it('changes the ending with the format', () => {
    expect(renamed('x.csv', '.csv', '.jsonl')).toBe('x.jsonl')
    expect(renamed('x.csv', '.csv', '')).toBe('x')
    expect(renamed('mine', '.csv', '.jsonl')).toBe('mine.jsonl')
  })
})

describe('image filter', () => {
  it('asks for what the controls say', () => {
    expect(queryOf(noFilter, false)).toEqual({ sort: 'ordinal', descending: false })
    expect(queryOf({ ...noFilter, text: ' a ', show: 'unlabeled' }, true)).toEqual({
      text: 'a',
      labeled: false,
      duplicates: true,
      sort: 'ordinal',
      descending: false,
    })
    expect(
      queryOf(
        {
          ...noFilter,
          clusterId: '3',
          camera: 'canon ',
          folder: 'a/b/',
          minConfidence: 80,
          takenFrom: '2024-05-01',
          takenTo: '2024-05-01',
          similar: { like: [4], unlike: [], vectors: [] },
          sort: 'similarity',
        },
        false,
        0.3,
      ),
    ).toEqual({
      clusterId: 3,
      granularity: 0.3,
      camera: 'canon',
      folder: 'a/b',
      minConfidence: 0.8,
      takenFrom: new Date(2024, 4, 1).getTime(),
      takenTo: new Date(2024, 4, 2).getTime() - 1,
      similar: { like: [4], unlike: [], vectors: [] },
      sort: 'similarity',
      descending: false,
    })
    expect(queryOf({ ...noFilter, sort: 'similarity' }, false).sort).toBe('ordinal')
    expect(queryOf({ ...noFilter, show: 'unknown', classId: 'x' }, false)).toMatchObject({ classId: null })
  })
})

it('writes numbers as a person reads them', () => {
  expect([formatBytes(1), formatBytes(999_999), formatBytes(12_500_000)]).toEqual(['1 byte', '1.0 MB', '13 MB'])
  expect([formatSeconds(0.2), formatSeconds(59), formatSeconds(61), formatSeconds(3700)]).toEqual([
    'under a second',
    '59 s',
    '1 min 1 s',
    '1 h 2 min',
  ])
  expect([plural(1, 'guess', 'guesses'), plural(1200, 'guess', 'guesses')]).toEqual(['1 guess', '1,200 guesses'])
})
