/** TFRecord shards of tf.train.Example, in the schema of TF-slim or of FiftyOne. */
import { type FileHandle, open } from 'node:fs/promises'
import protobuf from 'protobufjs/minimal.js'
import { crc32c } from './crc32c'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { type ExportFolder, inFolder } from './folder'
import { imageName, readImages, shortFormat } from './images'
import { type Shard, writeShards } from './shards'
import { TfrecordOptions } from './tfrecord.descriptor'

const shardBytes = 150e6

export const tfrecord: Exporter = {
  id: 'tfrecord',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      const number = (value: number) => String(value).padStart(5, '0')
      const pathOf = (part: string, index: number, count: number) => `${part}-${number(index)}-of-${number(count)}.tfrecord`
      const { done, files } = await writeShards(context, { bytesEach: shardBytes, pathOf }, (shard) =>
        writeShard(context, folder, shard),
      )
      const { byClass } = context.data.counts
      await folder.text('classes.txt', byClass.map(({ name }) => `${name.replace(/\s+/g, ' ')}\n`).join(''))
      const sheet = {
        files: [
          ['classes.txt', 'class names by number, from 0'],
          ...files.map((path) => [path, 'tf.train.Example records'] as const),
        ],
        notes: [
          'Images without a class have the number -1 and an empty class name. `tf.io.decode_image` reads JPEG, PNG, GIF and BMP; other formats are in the records as they are.',
        ],
      } as const
      return { what: `${done.toLocaleString('en')} examples in ${files.length} files`, sheet }
    })
  },
}

async function writeShard(context: ExportContext, folder: ExportFolder, { path, rows, names, done }: Shard): Promise<number> {
  const { schema } = TfrecordOptions.parse(context.options)
  const classIndex = new Map(context.data.counts.byClass.map(({ classId }, index) => [classId, index]))
  const file = await open(await folder.at(path), 'w')
  let written = 0
  try {
    for await (const { row, bytes } of readImages(context, { rows, lost: folder.lost })) {
      const name = imageName(row, names)
      const label = classIndex.get(row.labels[0]?.classId ?? '') ?? -1
      const fields = schema === 'slim' ? slim(row, { bytes, name, label }) : fiftyone(row, { bytes, name })
      await writeRecord(file, example(fields))
      context.progress(done + ++written)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  await folder.finished(path)
  return written
}

type Feature = Uint8Array | string | number
interface Named {
  bytes: Uint8Array
  name: string
}

/** As TF-slim's build_image_data writes. */
const slim = (row: ExportRow, { bytes, name, label }: Named & { label: number }): Record<string, Feature> => ({
  'image/height': row.height,
  'image/width': row.width,
  'image/channels': 3,
  'image/format': row.format,
  'image/filename': name,
  'image/encoded': bytes,
  'image/class/label': label,
  'image/class/text': row.labels[0]?.name ?? '',
})

/** As FiftyOne's TFImageClassificationDataset reads. */
const fiftyone = (row: ExportRow, { bytes, name }: Named): Record<string, Feature> => ({
  height: row.height,
  width: row.width,
  depth: 3,
  filename: name,
  format: shortFormat(row),
  image_bytes: bytes,
  label: row.labels[0]?.name ?? '',
})

const lengthDelimited = 2
const tag = (field: number, wire: number) => (field << 3) | wire

/** tf.train.Example: features = 1 { feature = 1 map of key = 1, value = 2 { bytes_list = 1 | int64_list = 3 } }. */
function example(fields: Record<string, Feature>): Uint8Array {
  const writer = protobuf.Writer.create()
  writer.uint32(tag(1, lengthDelimited)).fork()
  for (const [key, value] of Object.entries(fields)) {
    writer.uint32(tag(1, lengthDelimited)).fork()
    writer.uint32(tag(1, lengthDelimited)).string(key)
    writer.uint32(tag(2, lengthDelimited)).fork()
    writer.uint32(tag(typeof value === 'number' ? 3 : 1, lengthDelimited)).fork()
    if (typeof value === 'number') writer.uint32(tag(1, lengthDelimited)).fork().int64(value).ldelim()
    else if (typeof value === 'string') writer.uint32(tag(1, lengthDelimited)).string(value)
    else writer.uint32(tag(1, lengthDelimited)).bytes(value)
    writer.ldelim().ldelim().ldelim()
  }
  return writer.ldelim().finish()
}

/** Length (uint64), its masked CRC-32C, the data, their masked CRC-32C; little-endian. */
async function writeRecord(file: FileHandle, data: Uint8Array): Promise<void> {
  const record = Buffer.allocUnsafe(data.length + 16)
  record.writeBigUInt64LE(BigInt(data.length))
  record.writeUInt32LE(masked(record.subarray(0, 8)), 8)
  record.set(data, 12)
  record.writeUInt32LE(masked(data), data.length + 12)
  await file.writeFile(record)
}

function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
