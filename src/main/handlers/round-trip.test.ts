/** Exports every format that can carry labels and reads it into a fresh project: the same labels, sources and splits. */
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Fixture, makeFixture, request } from '../export/project.fixture'
import { runExport } from '../export/run'
import { openReader } from '../store/reader'
import { importInto } from './label-file.fixture'

const files = {
  'one/same.png': 'A',
  'two/same.png': 'B',
  'two/ünï 魚.jpg': 'C',
  'a.b.c.png': 'D',
  'CON.png': 'E',
  'free.png': 'F',
}
const classes: [string, string[], 'human' | 'grouped'][] = [
  ['fox', ['A', 'D'], 'human'],
  ['Übermut/魚 & "Söhne"', ['B', 'C'], 'grouped'],
  ['=cmd', ['E'], 'human'],
]

const tools = {
  clusters: null,
  fitSoftmax: () => ({ weights: new Float32Array() }),
  signal: new AbortController().signal,
  report: () => undefined,
}

let [from, to]: Fixture[] = []
beforeEach(async () => {
  from = makeFixture()
  to = makeFixture()
  from.add(files)
  to.add(files)
  for (const [name, contents, source] of classes) await from.label(name, contents, source)
})
afterEach(() => {
  from!.remove()
  to!.remove()
})

function labelsOf({ store, ordinalOf }: Fixture) {
  const reader = openReader(store.folder)
  const names = new Map(reader.classes.list().map(({ id, name }) => [id, name]))
  const labels = [...reader.labels.inForce()].map(
    ({ ordinal, classId, source }) => [ordinal, `${names.get(classId!)} ${source}`] as const,
  )
  reader.close()
  const byOrdinal = new Map(labels)
  return Object.fromEntries(Object.values(files).map((content) => [content, byOrdinal.get(ordinalOf(content)) ?? null]))
}

test.each([
  ['csv', '.csv', true],
  ['jsonl', '.jsonl', true],
  ['folders', '', true],
  ['ultralytics', '', true],
  ['imagefolder', '', true],
  ['parquet', '', true],
  ['croissant', '', true],
  ['coco', '', true],
  ['fiftyone', '', true],
  ['label-studio', '', true],
  ['cvat-images', '', true],
  ['xmp', '', false],
])('%s comes back as it went', async (format, extension, carriesSplit) => {
  const target = join(from!.base, `out${extension}`)
  const reader = openReader(from!.store.folder)
  const split = { validation: 0.2, test: 0.4, seed: 1, groupBy: 'none' as const }
  const { split: planned } = await runExport(reader, request({ format, target, unlabeled: true, split }), tools)
  reader.close()
  const result = await importInto(to!.store, { path: target, keepSources: true })
  expect(result).toMatchObject({ matched: 5, kept: 0, conflictCount: 0, unknownPathCount: 0 })
  expect(labelsOf(to!)).toEqual(labelsOf(from!))
  const parts = to!.store.splits.parts('imported')
  expect(parts && [...parts].filter(Boolean)).toEqual(carriesSplit ? [...planned!.parts].filter(Boolean) : null)
})

test('without being asked to keep them, every source is imported', async () => {
  const target = join(from!.base, 'out.csv')
  const reader = openReader(from!.store.folder)
  await runExport(reader, request({ format: 'csv', target }), tools)
  reader.close()
  await importInto(to!.store, { path: target })
  expect(new Set(Object.values(labelsOf(to!)).map((one) => one?.split(' ').at(-1)))).toEqual(new Set(['imported', undefined]))
})

describe('projects whose images have several labels', () => {
  let [many, fresh]: Fixture[] = []
  beforeEach(async () => {
    many = makeFixture('multi')
    fresh = makeFixture('multi')
    many.add(files)
    fresh.add(files)
    for (const [name, contents, source] of [...classes, ['night', ['A', 'C', 'E'], 'human'] as const])
      await many.label(name, [...contents], source)
  })
  afterEach(() => {
    many!.remove()
    fresh!.remove()
  })

  const all = ({ store, ordinalOf }: Fixture) => {
    const reader = openReader(store.folder)
    const names = new Map(reader.classes.list().map(({ id, name }) => [id, name]))
    const labels = [...reader.labels.inForce()].map(
      ({ ordinal, classId, source }) => `${ordinal} ${names.get(classId!)} ${source}`,
    )
    reader.close()
    const renamed = Object.values(files).map((content) => [ordinalOf(content), content] as const)
    return labels.map((label) => label.replace(/^\d+/, (ordinal) => renamed.find(([one]) => one === Number(ordinal))![1])).sort()
  }

  test.each([
    ['csv', '.csv'],
    ['jsonl', '.jsonl'],
    ['imagefolder', ''],
    ['parquet', ''],
    ['croissant', ''],
    ['coco', ''],
    ['fiftyone', ''],
    ['label-studio', ''],
    ['cvat-images', ''],
    ['xmp', ''],
  ])('%s comes back with every label', async (format, extension) => {
    const target = join(many!.base, `out${extension}`)
    const reader = openReader(many!.store.folder)
    await runExport(reader, request({ format, target, unlabeled: true }), tools)
    reader.close()
    expect(await importInto(fresh!.store, { path: target, keepSources: true })).toMatchObject({
      matched: 8,
      conflictCount: 0,
    })
    expect(all(fresh!)).toEqual(all(many!))
    expect(all(many!)).toHaveLength(8)
  })

  test.each(['folders', 'ultralytics', 'tfrecord', 'cvat-imagenet', 'onnx'])('%s is refused', async (format) => {
    const reader = openReader(many!.store.folder)
    const asked = request({ format, target: join(many!.base, 'out') })
    await expect(runExport(reader, asked, tools)).rejects.toThrow(/holds one label per image/)
    reader.close()
  })
})
