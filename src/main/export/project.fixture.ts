/** A small real project on disk for tests of what reads it: files with their samples, classes, labels, a head. */
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExportRequest } from '@shared/contract/exports'
import { joinBytes } from '@shared/paths'
import { parse } from 'csv-parse/sync'
import { createProject, type Store } from '../store/open'
import { openReader } from '../store/reader'
import { runExport } from './run'

export interface Fixture {
  base: string
  images: string
  store: Store
  /** Writes files with these contents and records them; the same content is one sample. */
  add(files: Record<string, string> | [Buffer, string][]): void
  /** The same with bytes. */
  addBytes(files: [Buffer, Buffer][]): void
  /** Ordinal of a content. */
  ordinalOf(content: string): number
  classId(name: string): string
  label(name: string | null, contents: string[], source?: 'human' | 'grouped' | 'imported', confirmed?: boolean): Promise<void>
  remove(): void
}

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')

export function makeFixture(labeling: 'single' | 'multi' = 'single'): Fixture {
  const base = mkdtempSync(join(tmpdir(), 'handful-fixture-'))
  const images = join(base, 'images')
  mkdirSync(images)
  const store = createProject(join(base, 'p.handful'), {
    root: Buffer.from(images),
    fit: 'letterbox',
    labeling,
    followLinks: false,
  })
  const known = new Map<string, number>()
  const written = (path: Buffer, content: string | Buffer) => {
    const absolute = joinBytes(Buffer.from(images), path)
    mkdirSync(dirname(absolute.toString()), { recursive: true })
    writeFileSync(absolute, content)
    const { size, mtimeMs } = statSync(absolute)
    const hash = sha256(content)
    const fresh = !known.has(hash)
    if (fresh) known.set(hash, known.size)
    const sample = {
      pixelHash: hash,
      perceptualHash: hash,
      sharpness: 1,
      width: 8,
      height: 6,
      format: 'png',
      bytes: size,
      takenAt: null,
      camera: null,
      notes: [],
      thumbnail: { pack: 0, offset: 0, bytes: 0, type: 'image/png' },
    }
    const decoded = { ordinal: known.get(hash)!, fresh, sha256: hash, sample: fresh ? sample : null }
    return { file: { path, bytes: size, mtimeMs }, decoded }
  }
  const classId = (name: string) => store.classes.findByName(name) ?? store.classes.create(name).id
  return {
    base,
    images,
    store,
    add(files) {
      const list = Array.isArray(files)
        ? files
        : Object.entries(files).map(([path, content]) => [Buffer.from(path), content] as const)
      store.files.record(list.map(([path, content]) => written(path, content)))
    },
    addBytes: (files) => store.files.record(files.map(([path, content]) => written(path, content))),
    ordinalOf: (content) => known.get(sha256(content))!,
    classId,
    async label(name, contents, source = 'human', confirmed = true) {
      const ordinals = contents.map((content) => known.get(sha256(content))!)
      const id = name === null ? null : store.classes.idOf(classId(name))
      await store.annotations.append({ what: 'label', title: 't', sets: [{ classId: id, source, confirmed, ordinals }] })
    },
    remove() {
      store.close()
      rmSync(base, { recursive: true, force: true })
    },
  }
}

export const request = (change: Partial<ExportRequest> & Pick<ExportRequest, 'format' | 'target'>): ExportRequest => ({
  replace: false,
  sources: ['human', 'grouped', 'audited', 'propagated', 'imported'],
  minConfidence: 0,
  audited: false,
  unlabeled: false,
  classes: null,
  paths: null,
  split: null,
  options: {},
  ...change,
})

/** Exports the project as the worker does; answers the summary. */
export async function exportFrom(
  { store }: Fixture,
  asked: ExportRequest,
  signal = new AbortController().signal,
  clusters: number[] | null = null,
): Promise<string> {
  const reader = openReader(store.folder)
  const fitSoftmax = () => ({ weights: new Float32Array() })
  try {
    return (await runExport(reader, asked, { clusters, fitSoftmax, signal, report: () => undefined })).summary
  } finally {
    reader.close()
  }
}

/** Paths of all files, relative and sorted. */
export const filesBelow = (folder: string) =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort()

export const readCsv = (path: string) =>
  parse<Record<string, string>>(readFileSync(path), { columns: true, record_delimiter: '\r\n' })
