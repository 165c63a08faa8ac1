/** `measure <folder> <rows> [format[+split]]`: without a format makes a project of so many labeled images; with one exports it and prints seconds and peak memory. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { rmSync } from 'node:fs'
import { ExportRequest } from '@shared/contract/exports'
import { runExport } from '../../src/main/export/run'
import { createProject } from '../../src/main/store/open'
import { openReader } from '../../src/main/store/reader'

const [folder = '', count = '', asked] = process.argv.slice(2)
const [format, withSplit] = asked?.split('+') ?? []
const rows = Number(count)
const project = join(folder, `${rows}.handful`)

async function make(): Promise<void> {
  const store = createProject(project, { root: Buffer.from(join(folder, 'images')), fit: 'letterbox', followLinks: false })
  const sample = store.database.prepare(
    `INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, taken_at, camera, notes, thumb_pack, thumb_offset, thumb_bytes, thumb_type)
     VALUES (?, ?, ?, 640, 480, 'jpeg', 100000, ?, 'camera', '[]', 0, 0, 0, 'image/webp')`,
  )
  const file = store.database.prepare('INSERT INTO file (path, display, bytes, mtime_ms, ordinal) VALUES (?, ?, 100000, 0, ?)')
  store.database.transaction(() => {
    for (let ordinal = 0; ordinal < rows; ordinal++) {
      const hash = createHash('sha256').update(String(ordinal)).digest()
      const path = `folder ${ordinal % 1000}/image-${ordinal}.jpg`
      sample.run(ordinal, hash, hash, 1_700_000_000_000 + ordinal)
      file.run(Buffer.from(path), path, ordinal)
    }
  })()
  const classes = Array.from({ length: 10 }, (_, index) => store.classes.idOf(store.classes.create(`class ${index}`).id))
  const sets = classes.map((classId, index) => ({
    classId,
    source: 'human' as const,
    ordinals: Uint32Array.from({ length: Math.ceil((rows - index) / 10) }, (_, at) => at * 10 + index),
  }))
  await store.annotations.append({ what: 'label', title: 'all', sets })
  store.close()
}

async function measure(): Promise<void> {
  const reader = openReader(project)
  const target = join(folder, 'out')
  const options = format === 'camtrap-dp' ? { latitude: 0, longitude: 0 } : {}
  const tools = {
    clusters: null,
    fitSoftmax: () => ({ weights: new Float32Array() }),
    signal: new AbortController().signal,
    report: () => undefined,
  }
  const began = performance.now()
  await runExport(
    reader,
    ExportRequest.parse({ format, target, options, split: withSplit ? { validation: 0.1, test: 0.1, seed: 0 } : null }),
    tools,
  )
  const seconds = (performance.now() - began) / 1000
  reader.close()
  rmSync(target, { recursive: true })
  console.log(JSON.stringify({ seconds, peakMb: process.resourceUsage().maxRSS / 1024 }))
}

await (format === undefined ? make() : measure())
