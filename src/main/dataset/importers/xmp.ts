/** XMP sidecars: a tree of `<photo>.xmp` or `<stem>.xmp`; keywords of digiKam, Lightroom and dc:subject. */
import { opendir, readFile, stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { DOMParser, type Document } from '@xmldom/xmldom'
import { confidenceOf, type Importer, type LabelLine, sourceOf, wrong } from './importer'

export const xmp: Importer = {
  id: 'xmp',
  title: 'XMP sidecars',
  help: 'A folder of .xmp files, such as the photo folder itself. Each keyword is a label.',
  takes: (path, isFolder, entries) => (isFolder ? entries.some((name) => /\.xmp$/i.test(name)) : /\.xmp$/i.test(path)),
  async *read(path) {
    let line = 0
    for await (const file of sidecarsOf(path)) yield* linesOf(await readFile(file, 'utf8'), { file, root: path, line: ++line })
    if (line === 0) throw wrong(path, 'it holds no .xmp file')
  },
}

async function* sidecarsOf(path: string): AsyncGenerator<string> {
  if (!(await stat(path)).isDirectory()) {
    yield path
    return
  }
  for await (const entry of await opendir(path, { recursive: true }))
    if (entry.isFile() && /\.xmp$/i.test(entry.name)) yield join(entry.parentPath, entry.name)
}

function* linesOf(text: string, { file, root, line }: { file: string; root: string; line: number }): Generator<LabelLine> {
  const path = (relative(root, file) || file).replaceAll('\\', '/').replace(/\.xmp$/i, '')
  const about = { line, path, sha256: null }
  const document = parsed(text, file)
  const origins = itemsOf(document, 'urn:handful:xmp:1', 'labels').map((item) => /^(\w+)\|([\d.]*)\|(.*)$/s.exec(item))
  const own = origins.flatMap((match) =>
    match ? [{ label: match[3]!, source: sourceOf(match[1]), confidence: confidenceOf(match[2]) }] : [],
  )
  const tags = itemsOf(document, 'http://www.digikam.org/ns/1.0/', 'TagsList')
  const nested =
    tags.length > 0
      ? tags
      : itemsOf(document, 'http://ns.adobe.com/lightroom/1.0/', 'hierarchicalSubject').map((one) => one.replaceAll('|', '/'))
  const keywords = nested.length > 0 ? nested : itemsOf(document, 'http://purl.org/dc/elements/1.1/', 'subject')
  const labels = own.length > 0 ? own : keywords.map((label) => ({ label, source: null, confidence: null }))
  if (labels.length === 0) yield { ...about, label: null }
  for (const one of labels) yield { ...about, ...one }
}

function parsed(text: string, file: string): Document {
  const stop = (_level: string, message: string) => {
    throw wrong(file, `not XMP: ${message}`)
  }
  return new DOMParser({ onError: stop }).parseFromString(text.replace(/^\ufeff/, ''), 'text/xml')
}

function itemsOf(document: Document, space: string, name: string): string[] {
  const property = document.getElementsByTagNameNS(space, name)[0]
  const items = property?.getElementsByTagNameNS('http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'li') ?? []
  return Array.from(items, (item) => item.textContent ?? '').filter(Boolean)
}
