import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { random } from '../engine/random'
import { createProject, openProject, type Store } from './open'
import { decodeSet, encodeSet } from './sample-set'

let folder: string
let store: Store
let boot: number
let bag: number

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'handful-store-')), 'p.handful')
  store = createProject(folder, { root: Buffer.from('/images'), fit: 'letterbox', followLinks: false })
  const add = store.database.prepare(
    "INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type) VALUES (?, ?, x'00', 1, 1, 'png', 1, 0, 0, 0, '')",
  )
  store.database.transaction(() => {
    for (let ordinal = 0; ordinal < 6000; ordinal++) add.run(ordinal, Buffer.from(String(ordinal)))
  })()
  boot = store.classes.idOf(store.classes.create('boot').id)
  bag = store.classes.idOf(store.classes.create('bag').id)
})
afterEach(() => {
  store.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const label = (classId: number | null, ordinals: number[], source: 'human' | 'grouped' = 'human') =>
  store.annotations.append({ what: 'label', title: `${ordinals.length}`, sets: [{ classId, source, ordinals }] })
const inForce = (...ordinals: number[]) =>
  ordinals.map((ordinal) => store.annotations.of([ordinal]).get(ordinal)?.[0]?.classId ?? '-')

test('sets of ordinals come back as they were', () => {
  const draw = random(3)
  for (const size of [0, 1, 7, 500]) {
    const set = new Set(Array.from({ length: size }, () => draw.below(3_000_000_000)))
    expect([...decodeSet(encodeSet(set))]).toEqual([...set].sort((a, b) => a - b))
  }
  expect(encodeSet(Array.from({ length: 1000 }, (_, index) => index)).length).toBe(1000)
})

test('the latest act is in force; undo brings back what was before; redo does it again', async () => {
  await label(boot, [1, 2])
  await label(bag, [2, 3])
  expect(inForce(1, 2, 3)).toEqual([boot, bag, bag])
  expect((await store.annotations.undo())?.what).toBe('undo')
  expect(inForce(1, 2, 3)).toEqual([boot, boot, '-'])
  await store.annotations.undo()
  expect(inForce(1, 2, 3)).toEqual(['-', '-', '-'])
  expect(await store.annotations.undo()).toBeNull()
  await store.annotations.redo()
  await store.annotations.redo()
  expect(inForce(1, 2, 3)).toEqual([boot, bag, bag])
  expect(await store.annotations.redo()).toBeNull()
  await store.annotations.undo()
  await label(bag, [5])
  expect(await store.annotations.redo()).toBeNull()
  expect(inForce(1, 2, 3, 5)).toEqual([boot, boot, '-', bag])
})

test('random acts, undos and redos agree with a plain model', async () => {
  const draw = random(11)
  const past: Map<number, number>[] = []
  let future: Map<number, number>[] = []
  let now = new Map<number, number>()
  for (let step = 0; step < 150; step++) {
    const what = draw.next()
    if (what < 0.6) {
      const ordinals = Array.from({ length: 1 + draw.below(4) }, () => draw.below(12))
      const classId = draw.below(2) ? boot : bag
      await label(classId, [...new Set(ordinals)])
      past.push(now)
      future = []
      now = new Map([...now, ...ordinals.map((ordinal) => [ordinal, classId] as const)])
    } else if (what < 0.85) {
      await store.annotations.undo()
      const before = past.pop()
      if (before) future.push(now)
      now = before ?? now
    } else {
      await store.annotations.redo()
      const after = future.pop()
      if (after) past.push(now)
      now = after ?? now
    }
    expect(inForce(...Array(12).keys())).toEqual([...Array(12).keys()].map((ordinal) => now.get(ordinal) ?? '-'))
  }
})

test('undo reaches across a restart, and labels that a kill left unprojected come into force', async () => {
  await label(boot, [1])
  store.database
    .prepare("INSERT INTO annotation (uuid, at, who, what, title, samples) VALUES ('u', 1, 'person', 'label', 't', 1)")
    .run()
  const seq = store.annotations.sequence()
  store.database
    .prepare("INSERT INTO annotation_set (annotation, class, source, first, last, ordinals) VALUES (?, ?, 'human', 7, 7, ?)")
    .run(seq, bag, encodeSet([7]))
  store.close()
  store = openProject(folder)
  expect(inForce(7)).toEqual(['-'])
  await store.annotations.catchUp()
  expect(inForce(1, 7)).toEqual([boot, bag])
  await store.annotations.undo()
  await store.annotations.undo()
  expect(inForce(1, 7)).toEqual(['-', '-'])
})

test('an act on thousands is one entry, one undo', async () => {
  const many = Array.from({ length: 6000 }, (_, ordinal) => ordinal)
  await label(boot, many, 'grouped')
  expect(store.annotations.countsBySource()).toMatchObject({ grouped: 6000 })
  expect(store.annotations.log(0, 10)).toMatchObject({ total: 1, rows: [{ samples: 6000, undone: false }] })
  await store.annotations.undo()
  expect(store.annotations.countsBySource()).toMatchObject({ grouped: 0 })
  expect(store.annotations.historyOf(5).map(({ undone }) => undone)).toEqual([true])
})

test('accepted pseudo-labels keep the confidence they had; unknown is a label; clearing takes a label away', async () => {
  const accept = { classId: boot, source: 'propagated' as const, ordinals: [9, 4], confidences: [0.9, 0.4] }
  await store.annotations.append({ what: 'accept', title: 'a', sets: [accept] })
  const rows = store.database.prepare('SELECT ordinal, confidence FROM label ORDER BY ordinal').all() as { confidence: number }[]
  expect(rows.map(({ confidence }) => Math.round(confidence * 10) / 10)).toEqual([0.4, 0.9])
  await label(null, [4])
  expect(store.annotations.of([4]).get(4)).toMatchObject([{ classId: null, source: 'human' }])
  await store.annotations.append({
    what: 'clear',
    title: 'c',
    sets: [{ classId: null, cleared: true, source: 'human', ordinals: [4] }],
  })
  expect(store.annotations.of([4]).size).toBe(0)
})

test('class names are taken once whatever their case; a class that images have stays', async () => {
  expect(() => store.classes.create('BOOT')).toThrow(/already/)
  await label(boot, [1])
  const [first, second] = store.classes.list()
  expect(first).toMatchObject({ name: 'boot', key: '1', counts: { human: 1 } })
  expect(() => store.classes.removal(first!.id)).toThrow(/merge it/)
  await store.annotations.append(store.classes.removal(second!.id))
  expect(store.classes.list()).toHaveLength(1)
})

test('what was drawn uniformly keeps its mark, and loses it when its act is undone', async () => {
  const sets = [
    { classId: boot, source: 'human' as const, ordinals: [1] },
    { classId: boot, source: 'human' as const, drawn: true, ordinals: [2] },
  ]
  await store.annotations.append({ what: 'label', title: '2', sets })
  const drawn = () => [1, 2].map((ordinal) => store.annotations.of([ordinal]).get(ordinal)?.[0]?.drawn)
  expect(drawn()).toEqual([false, true])
  await store.annotations.undo()
  expect(drawn()).toEqual([undefined, undefined])
  await store.annotations.redo()
  expect(drawn()).toEqual([false, true])
})

test('an act about an image that does not exist is refused, and leaves nothing that would stop later ones', async () => {
  await expect(label(boot, [1, 6000])).rejects.toMatchObject({ code: 'UNKNOWN_ID' })
  await expect(label(boot, [-1])).rejects.toMatchObject({ code: 'UNKNOWN_ID' })
  expect(store.annotations.log(0, 1).total).toBe(0)
  await label(boot, [1])
  expect(inForce(1)).toEqual([boot])
})
