/** Croissant 1.0: images, a label table, and the croissant.json that describes both. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { PlacedOptions } from './descriptor'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { inFolder } from './folder'
import { fileTable } from './folders'
import { imageName, type Placed, placeImages } from './images'
import { NameGiver } from './names'
import { imagesNote, Placer } from './place'
import { columns, csvLines } from './table'
import product from '../../../package.json' with { type: 'json' }

const tableName = 'labels.csv'

export const croissant: Exporter = {
  id: 'croissant',
  write(context, root) {
    const { how } = PlacedOptions.parse(context.options)
    const placer = new Placer(how)
    const names = new NameGiver()
    return inFolder(context, root, async (folder) => {
      const pathOf = (row: ExportRow) => `images/${imageName(row, names)}`
      const placed = placeImages(context, { folder, placer, rows: context.data.rows(), pathOf, progress: context.progress })
      const images = await folder.rows(tableName, placed, namedTable, { head: csvLines([['file', ...columns]]) })
      const hash = createHash('sha256')
      for await (const chunk of createReadStream(join(root, tableName))) hash.update(chunk as Buffer)
      const sha256 = hash.digest('hex')
      await folder.text('croissant.json', `${JSON.stringify(metadata(context, sha256), null, 2)}\n`)
      const sheet = {
        images: imagesNote(how, placer),
        files: [
          ['croissant.json', 'what the files and their columns mean, after Croissant 1.0'],
          [tableName, 'one row per image and label'],
        ],
      } as const
      return { what: `${images.toLocaleString('en')} images`, sheet, note: placer.note }
    })
  },
}

/** Images are joined to their rows by their names, which are unique. */
const namedTable = (rows: Placed[]) => fileTable(rows.map(({ row, path }) => ({ row, path: path.slice('images/'.length) })))

/** The context that Croissant 1.0 prescribes. */
const context10 = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  column: 'cr:column',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  dct: 'http://purl.org/dc/terms/',
  examples: { '@id': 'cr:examples', '@type': '@json' },
  extract: 'cr:extract',
  field: 'cr:field',
  fileProperty: 'cr:fileProperty',
  fileObject: 'cr:fileObject',
  fileSet: 'cr:fileSet',
  format: 'cr:format',
  includes: 'cr:includes',
  isLiveDataset: 'cr:isLiveDataset',
  jsonPath: 'cr:jsonPath',
  key: 'cr:key',
  md5: 'cr:md5',
  parentField: 'cr:parentField',
  path: 'cr:path',
  recordSet: 'cr:recordSet',
  references: 'cr:references',
  regex: 'cr:regex',
  repeated: 'cr:repeated',
  replace: 'cr:replace',
  sc: 'https://schema.org/',
  separator: 'cr:separator',
  source: 'cr:source',
  subField: 'cr:subField',
  transform: 'cr:transform',
}

function metadata({ reader, data }: ExportContext, sha256: string) {
  const { name } = reader.meta.facts()
  const classes = data.counts.byClass.map((one) => one.name)
  return {
    '@context': context10,
    '@type': 'sc:Dataset',
    name: name.replace(/[^\p{L}\p{N} _.-]/gu, '_') || 'images',
    description: `${data.counts.rows} images in ${classes.length} classes, labeled with Handful: ${classes.join(', ')}.`,
    conformsTo: 'http://mlcommons.org/croissant/1.0',
    version: product.version,
    datePublished: new Date().toISOString().slice(0, 10),
    distribution: [
      { '@type': 'cr:FileObject', '@id': tableName, name: tableName, contentUrl: tableName, encodingFormat: 'text/csv', sha256 },
      { '@type': 'cr:FileSet', '@id': 'images', name: 'images', encodingFormat: mediaTypes(data), includes: 'images/*' },
    ],
    recordSet: [{ '@type': 'cr:RecordSet', '@id': 'samples', name: 'samples', field: [...tableFields(), imageField] }],
  }
}

/** Of the images there are. */
function mediaTypes(data: ExportContext['data']): string[] {
  const formats = new Set<string>()
  for (const { format } of data.rows()) formats.add(`image/${format}`)
  return [...formats].sort()
}

const types: Record<string, string> = { width: 'sc:Integer', height: 'sc:Integer', confidence: 'sc:Float' }

const tableFields = () =>
  ['file', 'path', 'sha256', 'width', 'height', 'label', 'source', 'confidence', 'split'].map((column) => ({
    '@type': 'cr:Field',
    '@id': `samples/${column}`,
    name: column,
    dataType: types[column] ?? 'sc:Text',
    source: { fileObject: { '@id': tableName }, extract: { column } },
    // The file column finds the image.
    ...(column === 'file' && { references: { fileSet: { '@id': 'images' }, extract: { fileProperty: 'filename' } } }),
  }))

const imageField = {
  '@type': 'cr:Field',
  '@id': 'samples/image',
  name: 'image',
  dataType: 'sc:ImageObject',
  source: { fileSet: { '@id': 'images' }, extract: { fileProperty: 'content' } },
}
