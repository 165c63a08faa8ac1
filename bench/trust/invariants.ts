/** What must hold of a project after a kill, and of one whose interrupted work was finished. */
import { existsSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { PixelCache } from '../../src/main/dataset/pixel-cache'
import { ThumbnailReader } from '../../src/main/dataset/thumbnails'
import { examine } from '../../src/main/store/doctor'
import { openProject, type Store } from '../../src/main/store/open'
import { openReader } from '../../src/main/store/reader'
import type { Acknowledged } from './stages'

/** What a finished project says of each image, by content: the same whatever happened on the way. */
export interface Portrait {
  files: string[]
  thumbnails: Map<string, string>
  pixels: Map<string, string>
  embeddings: Map<string, Float32Array>
}

/** Broken promises right after a kill, before anything was resumed. */
export async function promisesBroken(folder: string, done: readonly Acknowledged[]): Promise<string[]> {
  const store = openProject(folder)
  try {
    await store.annotations.catchUp()
    const broken = (await examine(folder)).map(({ text }) => text)
    const entries = new Map(store.annotations.log(0, 10_000).rows.map((row) => [row.id, row]))
    for (const { entry } of done.filter((one) => 'entry' in one))
      if (!entries.has(entry)) broken.push('an acknowledged act is not in the log')
    const jobs = new Map(store.jobs.list().map((job) => [job.id, job.state]))
    for (const { job } of done.filter((one) => 'job' in one)) {
      if (jobs.get(job) !== 'done') broken.push(`a job that was told to be done is ${jobs.get(job) ?? 'lost'}`)
    }
    return [...broken, ...labelsBroken(store, done)]
  } finally {
    store.close()
  }
}

/** The last acknowledged act on an image is in force, unless an undo or one later act that was under way speaks of it. */
function labelsBroken(store: Store, done: readonly Acknowledged[]): string[] {
  const certain = new Map<number, string>()
  for (const one of done) {
    if ('label' in one) for (const ordinal of one.label.ordinals) certain.set(ordinal, one.label.classId)
    else certain.clear() // what an undo or a redo leaves is the replay's business, which the doctor checks
  }
  const acknowledged = new Set(done.flatMap((one) => ('entry' in one ? [one.entry] : [])))
  const [latest] = store.annotations.log(0, 1).rows
  const underWay = latest !== undefined && !acknowledged.has(latest.id)
  const uuids = store.classes.uuids()
  const inForce = store.annotations.of([...certain.keys()])
  const wrong = [...certain].filter(([ordinal, classId]) => {
    const label = inForce.get(ordinal)?.[0]
    return !label || (label.classId !== null && uuids.get(label.classId) !== classId)
  })
  return wrong.length > 0 && !underWay ? [`${wrong.length} acknowledged labels are not in force`] : []
}

/** Broken promises once everything was finished: nothing lost, nothing done twice, all as if nothing had happened. */
export async function unlike(folder: string, expected: Portrait): Promise<string[]> {
  const broken = await promisesBroken(folder, [])
  const store = openProject(folder)
  const states = store.jobs.list().map(({ kind, state }) => ({ kind, state }))
  for (const { kind, state } of states) if (state !== 'done') broken.push(`${kind} ended ${state}`)
  store.close()
  const found = await portrait(folder)
  if (found.files.join('\n') !== expected.files.join('\n')) broken.push('files and their images differ')
  for (const part of ['thumbnails', 'pixels'] as const) {
    const wrong = [...expected[part]].filter(([hash, value]) => found[part].get(hash) !== value).length
    if (wrong > 0) broken.push(`${wrong} ${part} are not those of their images`)
  }
  if (found.embeddings.size > 0) {
    const wrong = [...expected.embeddings].filter(([hash, row]) => !near(row, found.embeddings.get(hash))).length
    if (wrong > 0) broken.push(`${wrong} embeddings are not those of their images`)
  }
  return broken
}

const near = (a: Float32Array, b?: Float32Array) =>
  b?.length === a.length && a.every((value, index) => Math.abs(value - b[index]!) <= 1e-3 * (1 + Math.abs(value)))

export async function portrait(folder: string): Promise<Portrait> {
  const store = openProject(folder)
  const reader = openReader(folder)
  const packs = new ThumbnailReader(folder)
  try {
    const rows = store.database
      .prepare<[], { ordinal: number; sha256: Buffer; pack: number; offset: number; bytes: number }>(
        'SELECT ordinal, sha256, thumb_pack AS pack, thumb_offset AS "offset", thumb_bytes AS bytes FROM sample ORDER BY ordinal',
      )
      .all()
    const hashes = rows.map(({ sha256 }) => sha256.toString('hex'))
    const thumbnails = new Map<string, string>()
    for (const [index, row] of rows.entries()) thumbnails.set(hashes[index]!, (await packs.read(row))?.toString('base64') ?? '')
    const files = [...reader.files()].map(({ display, sha256 }) => `${display} ${sha256.toString('hex')}`)
    const run = store.runs.active()
    const embedded = run && reader.embeddings(run.id)
    const embeddings = new Map(
      Array.from(embedded?.ordinals ?? [], (ordinal, row) => [
        hashes[ordinal]!,
        embedded!.data.subarray(row * embedded!.dimensions, (row + 1) * embedded!.dimensions),
      ]),
    )
    return { files, thumbnails, pixels: pixelsOf(store, hashes), embeddings }
  } finally {
    await packs.close()
    reader.close()
    store.close()
  }
}

function pixelsOf({ folder, meta }: Store, hashes: string[]): Map<string, string> {
  const size = meta.get('inputSize')
  if (typeof size !== 'number' || !existsSync(join(folder, 'pixels'))) return new Map()
  const cache = new PixelCache(folder, size, meta.facts().fit)
  try {
    return new Map(hashes.map((hash, ordinal) => [hash, Buffer.from(cache.read([ordinal])).toString('base64')]))
  } finally {
    cache.close()
  }
}

/** Everything at and below an export, to compare whole exports by. */
export async function contentOf(path: string): Promise<string | null> {
  if (!existsSync(path)) return null
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null)
  if (!entries) return readFileSync(path, 'latin1')
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return files
    .map((file) => `${file.slice(path.length)}\n${/(README\.md|SHA256SUMS)$/.test(file) ? '' : readFileSync(file, 'latin1')}`)
    .join('\n')
}
