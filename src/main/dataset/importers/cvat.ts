/** CVAT for images 1.1: tags of each image; shapes give their label to the whole image. */
import { createReadStream } from 'node:fs'
import { type SaxesTagPlain, SaxesParser } from 'saxes'
import { confidenceOf, type Importer, type LabelLine, sourceOf, splitOf, wrong } from './importer'

export const cvat: Importer = {
  id: 'cvat',
  title: 'CVAT for images 1.1',
  help: 'annotations.xml, unpacked.',
  takes: (path, isFolder, entries) => (isFolder ? entries.includes('annotations.xml') : /\.xml$/i.test(path)),
  async *read(given) {
    const path = /\.xml$/i.test(given) ? given : `${given}/annotations.xml`
    const lines: LabelLine[] = []
    const parser = new SaxesParser()
    const reader = imageReader((line) => lines.push(line))
    parser.on('opentag', reader.open)
    parser.on('text', reader.text)
    parser.on('closetag', reader.close)
    const stream = createReadStream(path, 'utf8')
    try {
      for await (const piece of stream) {
        parser.write(piece as string)
        yield* lines.splice(0)
      }
      parser.close()
      yield* lines.splice(0)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code) throw cause
      throw wrong(path, `not XML: ${(cause as Error).message}`, { cause })
    } finally {
      stream.destroy()
    }
    if (!reader.seen()) throw wrong(path, 'it has no <image>')
  },
}

const shapes = new Set(['tag', 'box', 'polygon', 'polyline', 'points', 'ellipse', 'mask', 'cuboid'])

function imageReader(found: (line: LabelLine) => void) {
  let line = 0
  let image: { path: string; labels: LabelLine[]; split: LabelLine['split'] } | null = null
  let attribute: string | null = null
  return {
    seen: () => line > 0,
    open({ name, attributes }: SaxesTagPlain) {
      if (name === 'image') image = { path: attributes['name'] ?? '', labels: [], split: splitOf(attributes['subset']) ?? null }
      if (name === 'image') line++
      if (name === 'attribute') attribute = attributes['name'] ?? null
      if (!image || !shapes.has(name)) return
      const source = attributes['source'] === 'auto' ? ('propagated' as const) : null
      image.labels.push({
        line,
        path: image.path,
        sha256: null,
        label: attributes['label'] ?? null,
        source,
        split: image.split ?? null,
      })
    },
    text(text: string) {
      const last = image?.labels.at(-1)
      if (!last || !attribute) return
      if (attribute === 'handful_source') last.source = sourceOf(text.trim()) ?? last.source ?? null
      if (attribute === 'handful_split') last.split = splitOf(text)
      if (attribute === 'handful_confidence') last.confidence = confidenceOf(text)
    },
    close({ name }: { name: string }) {
      if (name === 'attribute') attribute = null
      if (name !== 'image' || !image) return
      const { path, labels, split } = image
      const distinct = labels.filter((one, index) => labels.findIndex(({ label }) => label === one.label) === index)
      for (const one of distinct) found(one)
      if (distinct.length === 0) found({ line, path, sha256: null, label: null, split: split ?? null })
      image = null
    },
  }
}
