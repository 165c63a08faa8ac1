/** Checks exports of a real project: tables read back, folders as loaders see them. */
import { readFileSync, readlinkSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ExportRequest } from '@shared/contract/exports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { exportFrom, filesBelow, type Fixture, makeFixture, readCsv, request } from './project.fixture'
import { previewExport } from './run'
import { columns } from './table'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
})
afterEach(() => fixture.remove())

const at = (name: string) => join(fixture.base, name)

const run = (asked: ExportRequest, signal?: AbortSignal, clusters?: number[]) => exportFrom(fixture, asked, signal, clusters)
describe('tables', () => {
  const names = [
    '=1+2.png',
    '+a.png',
    '-b.png',
    '@c.png',
    "'=d.png",
    'a,"b"\n.png',
    'a\rb.png',
    ' space.png',
    'ünï/魚.png',
    'back\\slash.png',
  ]

  test('CSV is read back as it was, formulas are text, lines end as RFC 4180 says', async () => {
    fixture.add(Object.fromEntries(names.map((name) => [name, `content of ${name}`])))
    await fixture.label(
      '=cmd|class',
      names.map((name) => `content of ${name}`),
    )
    expect(await run(request({ format: 'csv', target: at('labels.csv') }))).toBe('10 rows')
    const text = readFileSync(at('labels.csv'), 'utf8')
    expect(text.startsWith(`${columns.join(',')}\r\n`)).toBe(true)
    const rows = readCsv(at('labels.csv'))
    const unguarded = (cell: string) => cell.replace(/^'(?='*[=+\-@\t\r])/, '')
    expect(rows.map(({ path }) => unguarded(path!)).sort()).toEqual([...names].sort())
    for (const row of rows) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
    expect(new Set(rows.map(({ label }) => unguarded(label!)))).toEqual(new Set(['=cmd|class']))
  })

  test('names that are no text are shown with their bytes', async () => {
    fixture.add([[Buffer.from([0x61, 0xff, 0x2e, 0x70]), 'x']])
    await fixture.label('a', ['x'])
    await run(request({ format: 'csv', target: at('l.csv'), options: { byteOrderMark: true } }))
    expect(readFileSync(at('l.csv')).subarray(0, 3)).toEqual(Buffer.from('\ufeff'))
    expect(readFileSync(at('l.csv'), 'utf8')).toMatch(/a\\xff\.p,/i)
  })

  test('each row says what is known of it; the five sources stay apart; copies have a row each', async () => {
    fixture.add({ 'a.png': 'A', 'copy of a.png': 'A', 'b.png': 'B', 'c.png': 'C', 'd.png': 'D', 'e.png': 'E', 'f.png': 'F' })
    await fixture.label('cat', ['A'])
    await fixture.label('cat', ['B'], 'grouped')
    await fixture.label('dog', ['C'], 'imported')
    await fixture.label(null, ['D'])
    pseudoLabels({ E: ['dog', 0.75], F: ['cat', 0.25], A: ['dog', 0.99] })
    const asked = request({ format: 'jsonl', target: at('all.jsonl'), unlabeled: true, minConfidence: 0.5 })
    await run(asked, undefined, [3, -1, 0, 0, 0, 0])
    const rows = readFileSync(at('all.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(Object.keys(rows[0])).toEqual([...columns])
    expect(
      rows.map(({ path, label, source, confidence, cluster_id: cluster, confirmed_at: confirmed }) => [
        path,
        label,
        source,
        confidence,
        cluster,
        confirmed !== null,
      ]),
    ).toEqual([
      ['a.png', 'cat', 'human', null, 3, true],
      ['b.png', 'cat', 'grouped', null, -1, true],
      ['c.png', 'dog', 'imported', null, 0, true],
      ['copy of a.png', 'cat', 'human', null, 3, true],
      ['d.png', null, 'human', null, 0, true],
      ['e.png', 'dog', 'propagated', 0.75, 0, false],
      ['f.png', null, null, null, 0, false],
    ])
    expect(rows[0]).toMatchObject({ width: 8, height: 6, label_id: fixture.classId('cat'), split: null })
  })

  test('a label of a source not asked for is left out, and no pseudo-label takes its place', async () => {
    fixture.add({ 'a.png': 'A', 'b.png': 'B' })
    await fixture.label('cat', ['A'], 'grouped')
    await fixture.label('dog', ['B'])
    pseudoLabels({ A: ['dog', 1] })
    await run(request({ format: 'csv', target: at('l.csv'), sources: ['human', 'propagated'], unlabeled: true }))
    expect(readCsv(at('l.csv')).map(({ path }) => path)).toEqual(['b.png'])
  })

  test('the preview says what would be written', async () => {
    fixture.add({ 'a.png': 'A', 'b.png': 'B', 'c.png': 'C' })
    await fixture.label('cat', ['A', 'B'])
    await fixture.label('dog', ['C'], 'imported')
    const reader = openReader(fixture.store.folder)
    const preview = await previewExport(reader, request({ format: 'csv', target: fixture.images }))
    reader.close()
    expect(preview).toMatchObject({
      rows: 3,
      bySource: { human: 2, imported: 1 },
      byClass: [
        { name: 'cat', count: 2 },
        { name: 'dog', count: 1 },
      ],
      targetExists: true,
    })
  })
})

function pseudoLabels(given: Record<string, [string, number]>) {
  const { store } = fixture
  store.runs.create({ id: 'run', task: 'instant', parameters: {}, seed: 0, inputSize: 8 })
  store.runs.setState('run', 'ready')
  store.runs.activate('run')
  const names = [...new Set(Object.values(given).map(([name]) => name))]
  const count = store.samples.counts().samples
  const classes = new Uint16Array(count).fill(0xffff)
  const confidences = new Float32Array(count)
  for (const [content, [name, confidence]] of Object.entries(given)) {
    classes[fixture.ordinalOf(content)] = names.indexOf(name)
    confidences[fixture.ordinalOf(content)] = confidence
  }
  store.heads.put(
    {
      run: 'run',
      method: 'spread',
      classes: names.map((name) => fixture.classId(name)),
      state: { title: 'label spreading' },
      seq: 0,
    },
    { classes, confidences },
  )
}

describe('folders', () => {
  const many = (prefix: string, count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}/${index}.png`, `${prefix} ${index}`]))

  test('the split is the same each time, by class, and copies stay together', async () => {
    fixture.add({ ...many('x', 40), ...many('y', 10), 'again/0.png': 'x 0' })
    await fixture.label('x', Object.values(many('x', 40)))
    await fixture.label('y', Object.values(many('y', 10)))
    const split = { validation: 0.1, test: 0.2, seed: 5, groupBy: 'none' as const }
    await run(request({ format: 'folders', target: at('one'), split, options: { duplicates: true } }))
    await run(request({ format: 'folders', target: at('two'), split, options: { duplicates: true } }))
    const files = filesBelow(at('one'))
    expect(filesBelow(at('two'))).toEqual(files)
    const count = (part: string) => files.filter((file) => file.startsWith(part)).length
    expect(['train/y', 'val/y', 'test/y'].map(count)).toEqual([7, 1, 2])
    expect(['train/x', 'val/x', 'test/x'].map(count).reduce((a, b) => a + b)).toBe(41)
    const table = readCsv(join(at('one'), 'labels.csv'))
    const twins = table.filter(({ sha256 }) => sha256 === table.find(({ path }) => path === 'again/0.png')!.sha256)
    expect(new Set(twins.map(({ split }) => split)).size).toBe(1)
    expect(table.map(({ file }) => file).sort()).toEqual(files.filter((file) => file.includes('/')))
    for (const { file, path } of table)
      expect(readFileSync(join(at('one'), file!), 'utf8')).toBe(readFileSync(join(fixture.images, path!), 'utf8'))
    expect(readFileSync(join(at('one'), 'README.md'), 'utf8')).toMatch(/seed 5[^]*- Audit: none\./)
    expect(readFileSync(join(at('one'), 'classes.txt'), 'utf8')).toBe('x\ny\n')
  })

  test('folder and file names suit every system; stems are unique', async () => {
    fixture.add({ 'a/x.png': '1', 'b/x.jpg': '2', 'c/X.PNG': '3', 'a:b/con.png': '4' })
    await fixture.label('CON', ['1'])
    await fixture.label('a/b', ['2', '3'])
    await fixture.label('a:b', ['4'])
    await run(request({ format: 'folders', target: at('out') }))
    const images = filesBelow(at('out')).filter((file) => file.includes('/'))
    expect(images).toHaveLength(4)
    expect(readFileSync(join(at('out'), 'classes.txt'), 'utf8')).toBe('CON_\na_b\na_b-2\n')
    const stems = images.map((file) =>
      file
        .split('/')
        .at(-1)!
        .replace(/\.\w+$/, '')
        .toLowerCase(),
    )
    expect(new Set(stems).size).toBe(4)
    expect(stems).toContain('con_')
  })

  test('links point at the originals; a hard link shares them', async () => {
    fixture.add({ 'a.png': 'A' })
    await fixture.label('cat', ['A'])
    await run(request({ format: 'folders', target: at('soft'), options: { how: 'symlink' } }))
    await run(request({ format: 'folders', target: at('hard'), options: { how: 'hardlink' } }))
    expect(readlinkSync(join(at('soft'), 'cat/a.png'))).toBe(join(fixture.images, 'a.png'))
    expect(statSync(join(at('hard'), 'cat/a.png')).ino).toBe(statSync(join(fixture.images, 'a.png')).ino)
  })

  test('images that are gone or changed, and labels that wait for confirmation, are left out and named', async () => {
    fixture.add({ 'a.png': 'A', 'b.png': 'B', 'c.png': 'C', 'd.png': 'D' })
    await fixture.label('cat', ['A', 'B', 'C'])
    await fixture.label('cat', ['D'], 'human', false)
    unlinkSync(join(fixture.images, 'a.png'))
    writeFileSync(join(fixture.images, 'b.png'), 'longer')
    expect(await run(request({ format: 'folders', target: at('out') }))).toBe('1 images in 1 classes; 2 left out, see README.md')
    const sheet = readFileSync(join(at('out'), 'README.md'), 'utf8')
    expect(sheet).toMatch(/a\.png: the file is gone/)
    expect(sheet).toMatch(/b\.png: the file has changed/)
    expect(sheet).toMatch(/1 images whose label waits/)
  })
})
