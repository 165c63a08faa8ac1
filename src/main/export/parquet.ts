/** Hugging Face Parquet: `data/<split>-00000-of-0000N.parquet` with the image bytes and a ClassLabel. Row groups are some 32 MB. */
import { ParquetWriter } from 'hyparquet-writer'
import { fileWriter } from 'hyparquet-writer/src/node.js'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { type ExportFolder, inFolder, type Part, partsOf } from './folder'
import { splitNames } from './imagefolder'
import { nameParts, readImages } from './images'
import { shardsOf } from './shards'
import { rounded } from './table'

const shardBytes = 500e6
const groupBytes = 32e6

export const parquet: Exporter = {
  id: 'parquet',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      const files: string[] = []
      let done = 0
      for (const part of partsOf(context)) {
        const shards = shardsOf(part.rows, shardBytes)
        for (const [index, rows] of shards.entries()) {
          const number = (value: number) => String(value).padStart(5, '0')
          const path = `data/${splitNames[part.name] ?? part.name}-${number(index)}-of-${number(shards.length)}.parquet`
          done += await writeShard(context, { folder, path, rows, part, done })
          files.push(path)
        }
      }
      const sheet = {
        files: files.map((path) => [path, 'image bytes, label, source, confidence'] as const),
        notes: ['Load with `datasets.load_dataset("<this folder>")`.'],
      }
      return { what: `${done.toLocaleString('en')} images in ${files.length} files`, sheet }
    })
  },
}

interface Shard {
  folder: ExportFolder
  path: string
  rows: () => Iterable<ExportRow>
  part: Part
  /** Rows written before. */
  done: number
}

async function writeShard(context: ExportContext, { folder, path, rows, done }: Shard): Promise<number> {
  const { multiLabel, data, progress } = context
  const classIndex = new Map(data.counts.byClass.map(({ classId }, index) => [classId, BigInt(index)]))
  const writer = new ParquetWriter({
    writer: fileWriter(await folder.at(path)),
    schema: [...(multiLabel ? multiSchema : singleSchema)],
    kvMetadata: [{ key: 'huggingface', value: JSON.stringify({ info: { features: features(context) } }) }],
    createdBy: 'Handful',
  })
  let group: Record<string, unknown>[] = []
  let held = 0
  let written = 0
  const flush = async () => {
    if (group.length === 0) return
    const columnData = columnsOf(multiLabel).map(({ name, ...how }) => ({ name, data: group.map((row) => row[name]), ...how }))
    await writer.write({ columnData, rowGroupSize: group.length })
    written += group.length
    progress(done + written)
    group = []
    held = 0
  }
  for await (const { row, bytes } of readImages(context, { rows: rows(), lost: folder.lost })) {
    group.push(record(row, bytes, classIndex, multiLabel))
    held += bytes.length
    if (held >= groupBytes || group.length >= 10_000) await flush()
  }
  await flush()
  await writer.finish()
  await folder.finished(path)
  return written
}

function record(row: ExportRow, bytes: Uint8Array, classIndex: Map<string, bigint>, multiLabel: boolean) {
  const { stem, extension } = nameParts(row)
  const about = { image: { bytes, path: `${stem}${extension}` }, original_path: row.text, sha256: row.sha256 }
  const classes = row.labels.map(({ classId }) => classIndex.get(classId)!)
  if (multiLabel) {
    const confidences = row.labels.map(({ confidence }) => rounded(confidence))
    return { ...about, labels: classes, sources: row.labels.map(({ source }) => source), confidences }
  }
  const [label] = row.labels
  const source = label?.source ?? row.unknown?.source ?? null
  return { ...about, label: classes[0] ?? null, source, confidence: rounded(label?.confidence ?? null) }
}

/** The bytes are compressed already, and a dictionary of them would only cost memory. */
const columnsOf = (multiLabel: boolean) => [
  { name: 'image', codec: 'UNCOMPRESSED' as const, encoding: 'PLAIN' as const, statistics: false },
  { name: 'original_path' },
  { name: 'sha256', encoding: 'PLAIN' as const },
  ...(multiLabel
    ? [{ name: 'labels' }, { name: 'sources' }, { name: 'confidences' }]
    : [{ name: 'label' }, { name: 'source' }, { name: 'confidence' }]),
]

const optional = { repetition_type: 'OPTIONAL' } as const
const text = (name: string) => ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...optional }) as const
const imageFields = [
  { name: 'image', num_children: 2, ...optional },
  { name: 'bytes', type: 'BYTE_ARRAY', ...optional },
  text('path'),
  text('original_path'),
  text('sha256'),
] as const
const singleSchema = [
  { name: 'schema', num_children: 6 },
  ...imageFields,
  { name: 'label', type: 'INT64', ...optional },
  text('source'),
  { name: 'confidence', type: 'FLOAT', ...optional },
] as const
const list = <E extends object>(name: string, element: E) =>
  [
    { name, num_children: 1, converted_type: 'LIST', ...optional },
    { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
    { ...element, name: 'element' },
  ] as const
const multiSchema = [
  { name: 'schema', num_children: 6 },
  ...imageFields,
  ...list('labels', { type: 'INT64', ...optional } as const),
  ...list('sources', text('element')),
  ...list('confidences', { type: 'FLOAT', ...optional } as const),
] as const

function features({ data, multiLabel }: ExportContext) {
  const value = (dtype: string) => ({ dtype, _type: 'Value' })
  const classes = { names: data.counts.byClass.map(({ name }) => name), _type: 'ClassLabel' }
  const about = { image: { _type: 'Image' }, original_path: value('string'), sha256: value('string') }
  return multiLabel
    ? { ...about, labels: [classes], sources: [value('string')], confidences: [value('float32')] }
    : { ...about, label: classes, source: value('string'), confidence: value('float32') }
}
