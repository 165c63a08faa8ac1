/** Embeds the samples of a run that have no embedding yet, a chunk of ordinals at a time. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { embedBatch } from '../../encoders/embed'
import { Session } from '../../engine/session'
import { writeWhole } from '../../engine/whole-file'
import { chunkSize, openReader } from '../../store/reader'
import { openImages } from './images'

export interface EmbeddedChunk {
  chunk: number
  rows: number[]
  path: string
  done: number
  total: number
}

/** Rows per file: the person sees progress, main stores in a few milliseconds. */
const piece = 512

export async function* embedRun(projectFolder: string, runId: string, threads: number): AsyncGenerator<EmbeddedChunk, void> {
  const reader = openReader(projectFolder)
  const known = new Set(reader.embeddedOrdinals(runId))
  const all = reader.canonicalOrder().sort()
  const missing = all.filter((ordinal) => !known.has(ordinal))
  if (missing.length === 0) {
    reader.close()
    return
  }
  const folder = join(projectFolder, 'runs', runId, 'embeddings')
  mkdirSync(folder, { recursive: true })
  const { images, close } = openImages(reader, missing, reader.runs.get(runId).inputSize)
  const session = await Session.create(join(projectFolder, 'runs', runId, 'encoder.onnx'), { threads })
  try {
    for (let from = 0; from < missing.length;) {
      const chunk = Math.floor(missing[from]! / chunkSize)
      let until = from
      while (until < missing.length && until < from + piece && Math.floor(missing[until]! / chunkSize) === chunk) until++
      const positions = Uint32Array.from({ length: until - from }, (_, index) => from + index)
      const embeddings = await embedBatch(session, images, positions)
      const path = join(folder, `${from}.f32`)
      writeWhole(path, new Uint8Array(embeddings.buffer, embeddings.byteOffset, embeddings.byteLength))
      const rows = Array.from(positions, (position) => missing[position]! % chunkSize)
      yield { chunk, rows, path, done: all.length - missing.length + until, total: all.length }
      from = until
    }
  } finally {
    await session.dispose()
    close()
    reader.close()
  }
}
