/** A project of any size as an import and a pretraining leave it, without files behind it: real thumbnails, paths, dates, embeddings. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePng } from '../../src/main/dataset/decode/png'
import { ThumbnailWriter } from '../../src/main/dataset/thumbnails'
import { chunkSize, putEmbeddings } from '../../src/main/store/embeddings'
import { createProject, type Store } from '../../src/main/store/open'
import { dimensions, embeddingOf, inputSize, type RealImages, side } from './embeddings'

export const classNames = ['t-shirt', 'trouser', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'sneaker', 'bag', 'ankle boot']
const firstDay = Date.UTC(2020, 0, 1)

export function pngOf(real: RealImages, base: number): Buffer {
  const data = new Uint8Array(side * side * 3)
  for (let place = 0; place < side * side; place++) data.fill(real.grey[base * side * side + place]!, place * 3, place * 3 + 3)
  return encodePng({ data, width: side, height: side })
}

export async function makeProject(folder: string, root: string, real: RealImages, count: number): Promise<void> {
  const store = createProject(folder, { root: Buffer.from(root), fit: 'letterbox', followLinks: false })
  try {
    await addSamples(store, folder, real, count)
    const runId = randomUUID()
    store.runs.create({ id: runId, task: 'instant', parameters: {}, seed: 0, inputSize })
    store.runs.fitted(runId, { inputSize, dimensions, seconds: 0, scores: {}, notes: [] })
    for (let first = 0; first < count; first += chunkSize) {
      const rows = Array.from({ length: Math.min(chunkSize, count - first) }, (_, row) => row)
      const data = new Float32Array(rows.length * dimensions)
      for (const row of rows) data.set(embeddingOf(real, first + row).vector, row * dimensions)
      putEmbeddings(store.database, runId, first / chunkSize, rows, data)
    }
    mkdirSync(join(folder, 'runs', runId), { recursive: true })
    writeFileSync(join(folder, 'runs', runId, 'encoder.onnx'), real.encoder)
    store.runs.setState(runId, 'ready')
    store.runs.activate(runId)
  } finally {
    store.close()
  }
}

async function addSamples(store: Store, folder: string, real: RealImages, count: number): Promise<void> {
  const writer = new ThumbnailWriter(folder, { pack: 0, offset: 0 })
  const thumbnails = new Map<number, { pack: number; offset: number; bytes: number; type: string }>()
  const hash = (index: number) => createHash('sha256').update(`sample ${index}`).digest('hex')
  for (let first = 0; first < count; first += 10_000) {
    const read = Array.from({ length: Math.min(10_000, count - first) }, (_, at) => {
      const index = first + at
      const { base } = embeddingOf(real, index)
      let thumbnail = thumbnails.get(base)
      if (!thumbnail) {
        const bytes = pngOf(real, base)
        thumbnails.set(base, (thumbnail = { ...writer.put(bytes), bytes: bytes.length, type: 'image/png' }))
      }
      const path = Buffer.from(`${classNames[real.classes[base]!]}/${String(index % 997).padStart(3, '0')}/image ${index}.png`)
      const takenAt = firstDay + ((index * 7919) % 1_500_000) * 60_000
      const sample = {
        pixelHash: hash(index),
        perceptualHash: hash(index),
        sharpness: index % 97,
        width: side,
        height: side,
        format: 'png',
        bytes: 700,
        takenAt,
        camera: `Camera ${index % 5}`,
        notes: [],
        thumbnail,
      }
      return { file: { path, bytes: 700, mtimeMs: 0 }, decoded: { ordinal: index, fresh: true, sha256: hash(index), sample } }
    })
    store.files.record(read)
    await writer.flush()
  }
  await writer.close()
}
