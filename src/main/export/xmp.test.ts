/** Checks sidecars: what a photo's own says is kept, and neither it nor the photo is touched. */
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { type Fixture, makeFixture, request } from './project.fixture'
import { runExport } from './run'

const own = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmp:Rating="4">
   <dc:subject><rdf:Bag><rdf:li>holiday</rdf:li><rdf:li>fox</rdf:li></rdf:Bag></dc:subject>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Großmutter &amp; Wolf</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
})
afterEach(() => fixture.remove())

async function exported(): Promise<(path: string) => string> {
  const reader = openReader(fixture.store.folder)
  const target = join(fixture.base, 'sidecars')
  const tools = {
    clusters: null,
    fitSoftmax: () => ({ weights: new Float32Array() }),
    signal: new AbortController().signal,
    report: () => undefined,
  }
  await runExport(reader, request({ format: 'xmp', target, replace: true }), tools)
  reader.close()
  return (path) => readFileSync(join(target, path), 'utf8')
}
const items = (text: string, list: string) =>
  Array.from(new RegExp(`<${list}[^>]*>(.*?)</${list}>`, 's').exec(text)![1]!.matchAll(/<rdf:li[^>]*>([^<]*)</g), (one) => one[1])

test('an older sidecar is merged: its own facts stay, keywords are added once, and it is not touched', async () => {
  fixture.add({ 'a.jpg': 'A', 'b.jpg': 'B', 'c.jpg': 'C' })
  await fixture.label('animal/fox', ['A'])
  await fixture.label('plant', ['B', 'C'])
  writeFileSync(join(fixture.images, 'a.jpg.xmp'), own)
  writeFileSync(join(fixture.images, 'b.xmp'), own)
  const read = await exported()
  const a = read('a.jpg.xmp')
  expect(items(a, 'dc:subject')).toEqual(['holiday', 'fox'])
  expect(items(a, 'digiKam:TagsList')).toEqual(['animal/fox'])
  expect(items(a, 'lr:hierarchicalSubject')).toEqual(['animal|fox'])
  expect(items(a, 'handful:labels')).toEqual(['human||animal/fox'])
  expect(a).toMatch(/xmp:Rating="4"/)
  expect(a).toContain('Großmutter &amp; Wolf')
  expect(items(read('b.jpg.xmp'), 'dc:subject')).toEqual(['holiday', 'fox', 'plant'])
  expect(items(read('c.jpg.xmp'), 'dc:subject')).toEqual(['plant'])
  for (const name of ['a.jpg.xmp', 'b.xmp']) expect(readFileSync(join(fixture.images, name), 'utf8')).toBe(own)
  expect(readFileSync(join(fixture.images, 'a.jpg'), 'utf8')).toBe('A')
})

test('the export of an exported sidecar is the same: nothing doubles', async () => {
  fixture.add({ 'a.jpg': 'A' })
  await fixture.label('fox', ['A'])
  const first = (await exported())('a.jpg.xmp')
  writeFileSync(join(fixture.images, 'a.jpg.xmp'), first)
  const again = (await exported())('a.jpg.xmp')
  for (const list of ['dc:subject', 'digiKam:TagsList', 'lr:hierarchicalSubject', 'handful:labels'])
    expect(items(again, list)).toEqual(items(first, list))
})

test('a sidecar that is no XMP leaves its photo out, a link out of the folder is not read', async () => {
  fixture.add({ 'a.jpg': 'A', 'b.jpg': 'B' })
  await fixture.label('fox', ['A', 'B'])
  writeFileSync(join(fixture.images, 'a.jpg.xmp'), '<html>')
  writeFileSync(join(fixture.base, 'secret.xmp'), own)
  symlinkSync(join(fixture.base, 'secret.xmp'), join(fixture.images, 'b.jpg.xmp'))
  const read = await exported()
  expect(read('README.md')).toMatch(/a\.jpg: its sidecar is not read/)
  expect(items(read('b.jpg.xmp'), 'dc:subject')).toEqual(['fox'])
})
