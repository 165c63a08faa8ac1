import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { random } from '../engine/random'
import type { LabelSet } from './log-entry'
import { createProject, openProject, type Store } from './open'
import { openReader } from './reader'

let folder: string
let store: Store
let classes: number[]

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'handful-multi-')), 'p.handful')
  store = createProject(folder, { root: Buffer.from('/images'), fit: 'letterbox', labeling: 'multi', followLinks: false })
  const add = store.database.prepare(
    "INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type) VALUES (?, ?, x'00', 1, 1, 'png', 1, 0, 0, 0, '')",
  )
  for (let ordinal = 0; ordinal < 12; ordinal++) add.run(ordinal, Buffer.from(String(ordinal)))
  classes = ['dog', 'outdoor', 'night'].map((name) => store.classes.idOf(store.classes.create(name).id))
})
afterEach(() => {
  store.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const act = (set: Omit<LabelSet, 'source'>) =>
  store.annotations.append({ what: set.cleared ? 'clear' : 'label', title: '', sets: [{ ...set, source: 'human' }] })
const inForce = (ordinal: number) => (store.annotations.of([ordinal]).get(ordinal) ?? []).map(({ classId }) => classId)
const all = () => [...Array(12).keys()].map(inForce)

test('a sample has several labels; one is taken away; unknown stands alone', async () => {
  const [dog, outdoor] = classes as [number, number, number]
  await act({ classId: dog, ordinals: [1, 2] })
  await act({ classId: outdoor, ordinals: [2, 3] })
  expect([1, 2, 3].map(inForce)).toEqual([[dog], [dog, outdoor], [outdoor]])
  expect(store.annotations.labeled()).toBe(3)
  expect(store.annotations.countsBySource()).toMatchObject({ human: 4 })
  await act({ classId: dog, cleared: true, ordinals: [2] })
  await act({ classId: null, ordinals: [3] })
  expect([1, 2, 3].map(inForce)).toEqual([[dog], [outdoor], [null]])
  await act({ classId: dog, ordinals: [3] })
  expect(inForce(3)).toEqual([dog])
  await act({ classId: null, cleared: true, ordinals: [1, 2, 3] })
  expect([1, 2, 3].map(inForce)).toEqual([[], [], []])
})

test('workers read a row per sample and class, and learn what a person says is not so', async () => {
  const [dog, outdoor] = classes as [number, number, number]
  await act({ classId: dog, ordinals: [5] })
  await act({ classId: outdoor, ordinals: [5] })
  await act({ classId: outdoor, cleared: true, ordinals: [5] })
  await act({ classId: outdoor, ordinals: [6] })
  await store.annotations.undo()
  const reader = openReader(folder)
  const names = new Map(reader.classes.list().map(({ id, name }) => [id, name]))
  const rows = reader.labels
    .since()
    .map(({ ordinal, classId, cleared, at }) => [ordinal, names.get(classId ?? ''), cleared, at > 0] as const)
  expect(rows).toEqual([
    [5, 'dog', false, true],
    [5, 'outdoor', true, true],
    [6, 'outdoor', true, false],
  ])
  reader.close()
})

test('random acts, undos, redos and restarts agree with a plain model', async () => {
  const draw = random(7)
  type State = Map<number, Set<number | null>>
  const copy = (state: State): State => new Map([...state].map(([ordinal, labels]) => [ordinal, new Set(labels)]))
  const past: State[] = []
  let future: State[] = []
  let now: State = new Map(Array.from({ length: 12 }, (_, ordinal) => [ordinal, new Set()]))
  for (let step = 0; step < 200; step++) {
    const what = draw.next()
    if (what < 0.6) {
      const ordinals = [...new Set(Array.from({ length: 1 + draw.below(4) }, () => draw.below(12)))]
      const classId = draw.below(5) === 0 ? null : classes[draw.below(3)]!
      const cleared = draw.below(3) === 0
      await act({ classId, cleared, ordinals })
      past.push(now)
      future = []
      now = copy(now)
      for (const labels of ordinals.map((ordinal) => now.get(ordinal)!)) {
        if (classId === null) labels.clear()
        else labels.delete(cleared ? classId : null)
        if (!cleared) labels.add(classId)
      }
    } else if (what < 0.8) {
      await store.annotations.undo()
      const before = past.pop()
      if (before) future.push(now)
      now = before ?? now
    } else if (what < 0.95) {
      await store.annotations.redo()
      const after = future.pop()
      if (after) past.push(now)
      now = after ?? now
    } else {
      store.close()
      store = openProject(folder)
    }
    expect(all()).toEqual([...now.values()].map((labels) => [...labels].sort((a, b) => (a ?? 0) - (b ?? 0))))
  }
})

test('merged classes are one afterwards, with the sources they had; undo and redo reach across a restart', async () => {
  const [dog, outdoor, night] = classes as [number, number, number]
  const uuid = (id: number) => store.classes.uuids().get(id)!
  await act({ classId: dog, ordinals: [1, 2] })
  await act({ classId: night, ordinals: [2, 3] })
  await store.annotations.append({
    what: 'import',
    title: '',
    sets: [{ classId: outdoor, source: 'imported', ordinals: [3, 4] }],
  })
  await store.annotations.record(() => store.classes.merge([uuid(night), uuid(outdoor)], uuid(dog), true))
  expect([1, 2, 3, 4].map(inForce)).toEqual([[dog], [dog], [dog], [dog]])
  expect(store.annotations.of([4]).get(4)).toMatchObject([{ source: 'imported' }])
  expect(store.classes.list().map(({ name }) => name)).toEqual(['dog'])
  store.classes.create('night')
  store.close()
  store = openProject(folder)
  await store.annotations.undo()
  expect([1, 2, 3, 4].map(inForce)).toEqual([[dog], [dog, night], [outdoor, night], [outdoor]])
  expect(store.classes.list().map(({ name }) => name)).toEqual(['dog', 'outdoor', 'night 2', 'night'])
  await store.annotations.redo()
  expect([1, 2, 3, 4].map(inForce)).toEqual([[dog], [dog], [dog], [dog]])
})
