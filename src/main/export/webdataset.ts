/** WebDataset shards: `<split>-000000.tar` with `key.jpg`, `key.cls` and `key.json` next to each other. Keys have no dots. */
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import type { ExportContext, Exporter, ExportRow } from './exporter'
import { type ExportFolder, inFolder } from './folder'
import { nameParts, readImages, shortFormat } from './images'
import { type Shard, writeShards } from './shards'
import { tableRecords } from './table'

const shardBytes = 500e6
const shardRows = 10_000

export const webdataset: Exporter = {
  id: 'webdataset',
  write(context, root) {
    return inFolder(context, root, async (folder) => {
      const pathOf = (part: string, index: number) => `${part}-${String(index).padStart(6, '0')}.tar`
      const { done, files } = await writeShards(context, { bytesEach: shardBytes, rowsEach: shardRows, pathOf }, (shard) =>
        writeShard(context, folder, shard),
      )
      await folder.text(
        'classes.json',
        `${JSON.stringify(
          context.data.counts.byClass.map(({ name }) => name),
          null,
          2,
        )}\n`,
      )
      const sheet = {
        files: [
          ['classes.json', 'class names by number, from 0'],
          ...files.map((path) => [path, 'image, class number, JSON'] as const),
        ],
        notes: [
          'Images without a class, and those of projects with several labels per image, have no `.cls`; see `labels` in the JSON.',
        ],
      } as const
      return { what: `${done.toLocaleString('en')} samples in ${files.length} shards`, sheet }
    })
  },
}

async function writeShard(context: ExportContext, folder: ExportFolder, { path, rows, names, done }: Shard): Promise<number> {
  const classIndex = new Map(context.data.counts.byClass.map(({ classId }, index) => [classId, index]))
  const tar = pack()
  const file = tar.pipe(createWriteStream(await folder.at(path)))
  let written = 0
  try {
    for await (const { row, bytes } of readImages(context, { rows, lost: folder.lost })) {
      const key = names.give(nameParts(row).stem.replaceAll('.', '_'), [row.sha256.slice(0, 8)])
      const first = classIndex.get(row.labels[0]?.classId ?? '')
      await put(tar, `${key}.${shortFormat(row)}`, bytes)
      if (first !== undefined && !context.multiLabel) await put(tar, `${key}.cls`, String(first))
      await put(tar, `${key}.json`, JSON.stringify(about(row)))
      context.progress(done + ++written)
    }
    tar.finalize()
    await finished(file)
  } catch (cause) {
    tar.destroy(cause as Error)
    file.destroy()
    throw cause
  }
  await folder.finished(path)
  return written
}

/** Waits when the tar is ahead of the disk. */
async function put(tar: Pack, name: string, content: Buffer | string): Promise<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const entry = tar.entry({ name, size: bytes.length, mtime: new Date(0) })
  if (!entry.write(bytes)) await once(entry, 'drain')
  entry.end(null)
}

function about(row: ExportRow) {
  const { path, sha256, width, height, split, cluster_id: cluster } = tableRecords(row)[0]!
  const labels = tableRecords(row)
    .filter(({ label }) => label !== null)
    .map(({ label, source, confidence }) => ({ label, source, confidence }))
  return { path, sha256, width, height, split, cluster_id: cluster, labels, unknown: row.unknown !== null }
}
