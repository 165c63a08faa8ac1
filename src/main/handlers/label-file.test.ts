/** Checks label files against a real project: what is matched, what is kept, what is refused and how it is said. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fixture, makeFixture, request } from '../export/project.fixture'
import { runExport } from '../export/run'
import { openReader } from '../store/reader'
import { importInto } from './label-file.fixture'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
  fixture.add({ 'one/a.png': 'A', 'two/b.png': 'B', 'two/c.png': 'C', 'one/c.png': 'C2' })
})
afterEach(() => fixture.remove())

function labelFile(name: string, text: string | Buffer) {
  writeFileSync(join(fixture.base, name), text)
  return importInto(fixture.store, { path: join(fixture.base, name) })
}
const labelOf = (content: string) => {
  const label = fixture.store.annotations.of([fixture.ordinalOf(content)]).get(fixture.ordinalOf(content))?.[0]
  return (
    label && [fixture.store.classes.list().find(({ id }) => fixture.store.classes.idOf(id) === label.classId)?.name, label.source]
  )
}

test('images are found by path, by a name that is the only one, and by content', async () => {
  const { createHash } = await import('node:crypto')
  const hash = createHash('sha256').update('C2').digest('hex')
  const result = await labelFile(
    'l.csv',
    `File,Class,sha256\r\n./one/a.png,cat,\r\nb.png,"dog, big",\r\nmoved.png,cat,${hash}\r\nc.png,cat,\r\n`,
  )
  expect(result).toMatchObject({
    matched: 3,
    kept: 0,
    unknownPaths: ['c.png'],
    unknownPathCount: 1,
    newClasses: ['cat', 'dog, big'],
  })
  expect(labelOf('A')).toEqual(['cat', 'imported'])
  expect(labelOf('B')).toEqual(['dog, big', 'imported'])
  expect(labelOf('C2')).toEqual(['cat', 'imported'])
  expect(labelOf('C')).toBeUndefined()
})

test.each([
  ['semicolons and a byte order mark', '\ufefffilename;label\none/a.png;cat\n'],
  ['tabs', 'label\tpath\ncat\tone/a.png\n'],
  ['backslashes', 'path,label\none\\a.png,cat\n'],
  ['rows that are too long, and empty lines', 'path,label\n\none/a.png,cat,extra\n\n'],
])('CSV with %s', async (_, text) => {
  expect(await labelFile('l.csv', text)).toMatchObject({ matched: 1, newClasses: ['cat'] })
})

test('JSON Lines, with absolute paths and numbers as classes', async () => {
  const text = `{"file":${JSON.stringify(join(fixture.images, 'one/a.png'))},"class":7}\n\n{"file":"two/b.png","label":null}\n`
  expect(await labelFile('l.jsonl', text)).toMatchObject({ matched: 1, newClasses: ['7'], unknownPathCount: 0 })
})

test("a person's labels stay, earlier imported ones give way, classes differ in more than case", async () => {
  await fixture.label('Cat', ['A'])
  await labelFile('first.csv', 'path,label\ntwo/b.png,cat\n')
  const result = await labelFile('second.csv', 'path,label\none/a.png,dog\ntwo/b.png,dog\n')
  expect(result).toMatchObject({ matched: 1, kept: 1, newClasses: ['dog'] })
  expect(labelOf('A')).toEqual(['Cat', 'human'])
  expect(labelOf('B')).toEqual(['dog', 'imported'])
  expect(fixture.store.classes.list().map(({ name }) => name)).toEqual(['Cat', 'dog'])
})

test.each([
  ['no-image.csv', 'name,label\na,b\n', /line 1: no column names the image/],
  ['no-class.csv', 'path,x\na,b\n', /line 1: no column names the class/],
  ['quote.csv', 'path,label\none/a.png,cat\ntwo/b.png,"dog\n', /line [34]: .*[Qq]uote/],
  ['short.csv', 'path,label\none/a.png,cat\nb.png\n', /line 3: /],
  ['empty.csv', '', /it is empty/],
  ['broken.jsonl', '{"path":"a","label":"b"}\n{"path":\n', /line 2: /],
  ['list.jsonl', '[1]\n', /line 1: not a JSON object/],
  ['odd.jsonl', '{"path":["a"],"label":"b"}\n', /line 1: "path" is not text/],
  ['strangers.csv', 'path,label\nx.png,cat\ny.png,cat\n', /none of its images is in this project \(2: x\.png, y\.png\)/],
])('%s is refused with its reason, and nothing is taken over', async (name, text, reason) => {
  await expect(labelFile(name, text)).rejects.toThrow(reason)
  await expect(labelFile(name, text)).rejects.toMatchObject({ code: 'LABEL_FILE' })
  expect(fixture.store.annotations.sequence()).toBe(0)
  expect(fixture.store.classes.list()).toEqual([])
})

test('a file that is not there is named', async () => {
  await expect(importInto(fixture.store, { path: '/nowhere/l.csv' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('an exported table comes back as it was, whatever the names', async () => {
  const nasty = { '=1.png': '1', '-2.png': '2', "'=3.png": '3', 'new\nline.png': '4' }
  fixture.add(nasty)
  fixture.add([[Buffer.from([0x62, 0xfe, 0x2e]), '5']])
  await fixture.label('=formula', Object.values(nasty))
  await fixture.label("'quoted", ['5'])
  const target = join(fixture.base, 'out.csv')
  const reader = openReader(fixture.store.folder)
  const signal = new AbortController().signal
  const fitSoftmax = () => ({ weights: new Float32Array() })
  await runExport(reader, request({ format: 'csv', target }), { clusters: null, fitSoftmax, signal, report: () => undefined })
  reader.close()
  await fixture.store.annotations.undo()
  await fixture.store.annotations.undo()
  expect(await importInto(fixture.store, { path: target })).toMatchObject({
    matched: 5,
    unknownPathCount: 0,
    newClasses: [],
  })
  expect(labelOf('1')).toEqual(['=formula', 'imported'])
  expect(labelOf('5')).toEqual(["'quoted", 'imported'])
})

test('two classes for one image: the first counts, and the conflict is listed', async () => {
  const result = await labelFile('twice.csv', 'path,label\none/a.png,cat\na.png,dog\n')
  expect(result).toMatchObject({ matched: 1, conflictCount: 1, newClasses: ['cat'] })
  expect(result.conflicts[0]).toMatch(/line 3: a\.png is “dog” here and “cat” in line 2/)
  expect(labelOf('A')).toEqual(['cat', 'imported'])
})

test("a person's label stays, and what the file says otherwise is listed", async () => {
  await fixture.label('fox', ['A'])
  const result = await labelFile('l.csv', 'path,label\none/a.png,dog\ntwo/b.png,dog\n')
  expect(result).toMatchObject({ matched: 1, kept: 1, conflictCount: 1 })
  expect(labelOf('A')).toEqual(['fox', 'human'])
})

test('a dry run says the same and changes nothing', async () => {
  writeFileSync(join(fixture.base, 'l.csv'), 'path,label,split\none/a.png,cat,test\n')
  const path = join(fixture.base, 'l.csv')
  const dry = await importInto(fixture.store, { path, dryRun: true })
  expect(dry).toMatchObject({ matched: 1, splits: 1, newClasses: ['cat'], entry: null })
  expect(fixture.store.classes.list()).toEqual([])
  expect(fixture.store.splits.parts('imported')).toBeNull()
  expect({ ...(await importInto(fixture.store, { path })), entry: null }).toEqual(dry)
  expect(fixture.store.splits.parts('imported')![fixture.ordinalOf('A')]).toBe(3)
})
