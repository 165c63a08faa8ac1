import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { random } from '../engine/random'
import { putEmbeddings } from './embeddings'
import { migrations } from './migrations'
import { createProject, openProject } from './open'
import { openReader } from './reader'

let base: string
const facts = { root: Buffer.from([0x2f, 0xff, 0x0a]), fit: 'crop' as const, followLinks: true }

beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'handful-open-'))))
afterEach(() => rmSync(base, { recursive: true, force: true }))

const make = () => {
  createProject(join(base, 'p.handful'), facts).close()
  return join(base, 'p.handful')
}

test('a project comes back as it was made, whatever bytes its folder is called', () => {
  const store = openProject(make())
  expect(store.meta.facts()).toMatchObject({ ...facts, name: 'p' })
  store.close()
  store.close()
})

test('open twice: a clear refusal, and none once the first is closed', () => {
  const folder = make()
  const first = openProject(folder)
  expect(() => openProject(folder)).toThrow(expect.objectContaining({ code: 'PROJECT_IN_USE' }))
  first.close()
  openProject(folder).close()
})

test('made twice, missing, newer, damaged: each says what it is, nothing is made anew', () => {
  const folder = make()
  expect(() => createProject(folder, facts)).toThrow(expect.objectContaining({ code: 'PROJECT_EXISTS' }))
  expect(() => openProject(join(base, 'none'))).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  const database = new Database(join(folder, 'project.sqlite'))
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  expect(() => openProject(folder)).toThrow(
    expect.objectContaining({
      code: 'PROJECT_NEWER',
      data: { path: folder, found: migrations.length + 1, known: migrations.length },
    }),
  )
  const damaged = join(base, 'd.handful')
  mkdirSync(damaged)
  writeFileSync(join(damaged, 'project.sqlite'), 'this is no database, and long enough to be read as one'.repeat(100))
  expect(() => openProject(damaged)).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }))
  expect(readdirSync(damaged)).toContain('project.sqlite')
})

test('embeddings come back by ordinal from chunks written in any order, and may be added to', () => {
  const folder = make()
  const store = openProject(folder)
  store.runs.create({ id: 'r', task: 't', parameters: {}, seed: 0, inputSize: 32 })
  const draw = random(1)
  const row = () => Float32Array.from({ length: 3 }, () => draw.normal())
  const [a, b, c] = [row(), row(), row()]
  putEmbeddings(store.database, 'r', 2, [5], a)
  putEmbeddings(store.database, 'r', 0, [7, 3], Float32Array.of(...b, ...c))
  putEmbeddings(store.database, 'r', 0, [3], a)
  expect(() => putEmbeddings(store.database, 'r', 0, [1], new Float32Array(4))).toThrow(
    'embedding dimension changed mid-run (3 → 4)',
  )
  const reader = openReader(folder)
  const read = reader.embeddings('r')
  expect([...read.ordinals]).toEqual([3, 7, 2 * 4096 + 5])
  expect([...read.data]).toEqual([...a, ...b, ...a])
  expect(reader.runs.get('r').embedded).toBe(3)
  reader.close()
  store.close()
})

test('pseudo-labels of the latest head come back whole, over many pieces', () => {
  const folder = make()
  const store = openProject(folder)
  store.runs.create({ id: 'r', task: 't', parameters: {}, seed: 0, inputSize: 32 })
  const classes = Uint16Array.from({ length: 700_000 }, (_, at) => at % 65536)
  const confidences = Float32Array.from(classes, (value) => value / 65536)
  const head = { run: 'r', method: 'spread', classes: ['x'], state: {}, seq: 1 }
  store.heads.put(head, { classes: classes.slice(0, 3), confidences: confidences.slice(0, 3) })
  store.heads.put(head, { classes, confidences })
  expect(store.heads.pseudoLabels(store.heads.latest('r')!.id)).toEqual({ classes, confidences })
  store.close()
})
