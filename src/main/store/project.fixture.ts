/** Projects made row by row for tests of the store: samples, classes and labels without image files. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { createProject, type Store } from './open'

const sha256 = (name: string) => createHash('sha256').update(name).digest('hex')

export function makeProject(folder: string, names: string[]): Store {
  const store = createProject(folder, { root: Buffer.from('/images'), fit: 'crop', followLinks: false })
  addSamples(store, names)
  return store
}

/** A file and a sample for each name. */
export function addSamples(store: Store, names: string[]): void {
  const first = store.samples.highest()
  store.files.record(
    names.map((name, index) => ({
      file: { path: Buffer.from(name), bytes: 5, mtimeMs: 1 },
      decoded: {
        ordinal: first + index,
        fresh: true,
        sha256: sha256(name),
        sample: {
          ...{ width: 4, height: 3, format: 'png', bytes: 5, takenAt: null, camera: null, notes: [] },
          pixelHash: sha256(name),
          perceptualHash: sha256(name),
          sharpness: 1,
          thumbnail: { pack: 0, offset: 0, bytes: 0, type: 'image/png' },
        },
      },
    })),
  )
}

export const classOf = (store: Store, name: string) =>
  store.classes.idOf(store.classes.findByName(name) ?? store.classes.create(name).id)

export async function label(store: Store, name: string | null, ordinals: number[]): Promise<string> {
  const classId = name === null ? null : classOf(store, name)
  return (await store.annotations.append({ what: 'label', title: `${name}`, sets: [{ classId, source: 'human', ordinals }] })).id
}

/** Class names in force, in small letters, by the first digits of the sample's hash. */
export function labelsByName(store: Store): Record<string, string | null> {
  const rows = store.samples.rows(Array.from({ length: store.samples.highest() }, (_, ordinal) => ordinal))
  const names = new Map(store.classes.list().map(({ id, name }) => [store.classes.idOf(id), name]))
  const labels = store.annotations.of(rows.map(({ ordinal }) => ordinal))
  return Object.fromEntries(
    rows.flatMap(({ ordinal }) => {
      const found = labels.get(ordinal)?.[0]
      const hash = store.samples.facts(ordinal).sha256
      return found ? [[hash.slice(0, 8), found.classId === null ? null : names.get(found.classId)!.toLowerCase()]] : []
    }),
  )
}

/** A folder for each test of a file; answers paths in it. */
export function ownFolder(): (name: string) => string {
  let base = ''
  beforeEach(() => void (base = mkdtempSync(join(tmpdir(), 'handful-store-'))))
  afterEach(() => rmSync(base, { recursive: true, force: true }))
  return (name) => join(base, name)
}
