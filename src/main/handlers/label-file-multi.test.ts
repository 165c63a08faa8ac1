/** Label files with several classes an image, against a real multi-label project. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Fixture, makeFixture } from '../export/project.fixture'
import { importInto } from './label-file.fixture'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture('multi')
  fixture.add({ 'a.png': 'A', 'b.png': 'B', 'c.png': 'C' })
})
afterEach(() => fixture.remove())

const read = (text: string) => {
  writeFileSync(join(fixture.base, 'l.csv'), text)
  return importInto(fixture.store, { path: join(fixture.base, 'l.csv') })
}
const labelsOf = (content: string) => {
  const { annotations, classes } = fixture.store
  const names = new Map(classes.list().map(({ id, name }) => [classes.idOf(id), name]))
  const labels = annotations.of([fixture.ordinalOf(content)]).get(fixture.ordinalOf(content)) ?? []
  return labels.map(({ classId, source }) => `${classId === null ? 'unknown' : names.get(classId)} ${source}`).sort()
}

test.each([
  ['a column of 0 and 1 for each class', 'image,cat,dog,night\na.png,1,0,1\nb.png,0,1,0\nc.png,0,0,0\n'],
  ['true and false', 'image,cat,dog,night\na.png,TRUE,false,TRUE\nb.png,false,TRUE,\n'],
  ['bars', 'path,tags\na.png,cat|night\nb.png,dog\nc.png,\n'],
  ['commas in quotes', 'path,labels\na.png,"cat, night"\nb.png,dog\n'],
  ['a row for each label', 'path,label\na.png,cat\nb.png,dog\na.png,night\n'],
])('several classes an image: %s', async (_, text) => {
  expect(await read(text)).toMatchObject({ matched: 3, conflictCount: 0 })
  expect(labelsOf('A')).toEqual(['cat imported', 'night imported'])
  expect(labelsOf('B')).toEqual(['dog imported'])
  expect(labelsOf('C')).toEqual([])
})

test('a cell that is neither 0 nor 1 is refused with its line, and numbers are no classes', async () => {
  await expect(read('image,cat,dog\na.png,1,0\nb.png,0,2\n')).rejects.toThrow(/line 3: “2” in column dog is neither 0 nor 1/)
  await expect(read('image,width,height\na.png,640,480\n')).rejects.toThrow(/no column names the class/)
})

test('a file adds to what a person said, and overrules none of it', async () => {
  const { annotations, classes } = fixture.store
  await fixture.label('cat', ['A'])
  await fixture.label('dog', ['B'])
  const dog = classes.idOf(classes.findByName('dog')!)
  await annotations.append({
    what: 'clear',
    title: 'not so',
    sets: [{ classId: dog, cleared: true, source: 'human', ordinals: [fixture.ordinalOf('B')] }],
  })
  await annotations.append({
    what: 'label',
    title: 'unknown',
    sets: [{ classId: null, source: 'human', ordinals: [fixture.ordinalOf('C')] }],
  })
  const result = await read('image,cat,dog\na.png,1,1\nb.png,1,1\nc.png,1,0\n')
  expect(result).toMatchObject({ matched: 2, kept: 3, conflictCount: 2 })
  expect(labelsOf('A')).toEqual(['cat human', 'dog imported'])
  expect(labelsOf('B')).toEqual(['cat imported'])
  expect(labelsOf('C')).toEqual(['unknown human'])
})
