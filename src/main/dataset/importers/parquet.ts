/** Hugging Face Parquet: label and path columns; class numbers are named by the file's own features. */
import { createHash } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import { confidenceOf, hashOf, type Importer, type LabelLine, sourceOf, splitOf, textOf, wrong } from './importer'

type Fields = Record<string, unknown>

export const parquet: Importer = {
  id: 'parquet',
  title: 'Parquet',
  help: 'A .parquet file, or a folder of them, with a column label and a path or the image.',
  takes: (path, isFolder, entries) => (isFolder ? entries.some((name) => name.endsWith('.parquet')) : /\.parquet$/i.test(path)),
  async *read(path) {
    if (!(await stat(path)).isDirectory()) {
      yield* readFile(path)
      return
    }
    const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.parquet')).sort()
    for (const name of names) yield* readFile(join(path, name))
  },
}

const rowsAtOnce = 100

async function* readFile(path: string): AsyncGenerator<LabelLine> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file).catch((cause: Error) => {
    throw wrong(path, `not Parquet: ${cause.message}`, { cause })
  })
  const split = splitOf(/^([a-z]+)/i.exec(basename(path))?.[1])
  const names = classNames(metadata)
  const known = new Set(parquetSchema(metadata).children.map(({ element }) => element.name))
  const columns = [
    'image',
    'path',
    'file_name',
    'original_path',
    'sha256',
    'label',
    'labels',
    'source',
    'sources',
    'confidence',
    'confidences',
  ].filter((name) => known.has(name) && (name !== 'image' || !known.has('sha256')))
  if (!known.has('label') && !known.has('labels')) throw wrong(path, 'it has no column label')
  const total = Number(metadata.num_rows)
  for (let from = 0; from < total; from += rowsAtOnce) {
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart: from,
      rowEnd: Math.min(total, from + rowsAtOnce),
      utf8: false,
    })
    for (const [index, row] of rows.entries()) yield* linesOf(row as Fields, { line: from + index + 1, names, split })
  }
}

function* linesOf(
  row: Fields,
  { line, names, split }: { line: number; names: string[] | null; split: LabelLine['split'] },
): Generator<LabelLine> {
  const image = row['image'] as { bytes?: Uint8Array; path?: string } | null | undefined
  const path = plain(row['original_path']) ?? plain(row['path']) ?? plain(row['file_name']) ?? plain(image?.path)
  const bytes = image?.bytes instanceof Uint8Array ? createHash('sha256').update(image.bytes).digest('hex') : null
  const about = { line, path, sha256: hashOf(plain(row['sha256'])) ?? bytes, split: split ?? null }
  const labels = many(row['labels'] ?? row['label'])
  const sources = many(row['sources'] ?? row['source'])
  const confidences = many(row['confidences'] ?? row['confidence'])
  if (labels.length === 0) yield { ...about, label: null }
  for (const [index, value] of labels.entries()) {
    const label =
      typeof value === 'bigint' || typeof value === 'number' ? (names?.[Number(value)] ?? String(value)) : plain(value)
    yield { ...about, label, source: sourceOf(plain(sources[index])), confidence: confidenceOf(confidences[index]) }
  }
}

const many = (value: unknown): unknown[] => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value])
const plain = (value: unknown) => textOf(value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value)

/** Of the key `huggingface`; null when the labels are text. */
function classNames({ key_value_metadata: pairs }: FileMetaData): string[] | null {
  const text = pairs?.find(({ key }) => key === 'huggingface')?.value
  if (!text) return null
  const features = (JSON.parse(text) as { info?: { features?: Record<string, unknown> } }).info?.features ?? {}
  const label = features['label'] ?? features['labels']
  const feature = (Array.isArray(label) ? label[0] : label) as { names?: string[]; feature?: { names?: string[] } } | undefined
  return feature?.names ?? feature?.feature?.names ?? null
}
