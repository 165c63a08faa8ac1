/** New classes in the annotation log: made, used, taken back and made again, across restarts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProject, openProject, type Store } from './open'

let folder: string
let store: Store
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'handful-class-')), 'p.handful')
  store = createProject(folder, { root: Buffer.from('/images'), fit: 'letterbox', followLinks: false })
  const add = store.database.prepare(
    "INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type) VALUES (?, ?, x'00', 1, 1, 'png', 1, 0, 0, 0, '')",
  )
  for (let ordinal = 0; ordinal < 6; ordinal++) add.run(ordinal, Buffer.from(String(ordinal)))
})
afterEach(() => {
  store.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

async function make(name: string): Promise<string> {
  let made = ''
  await store.annotations.record(() => {
    const { act, uuid } = store.classes.creation(name)
    made = uuid
    return act
  })
  return made
}
const label = (uuid: string, ordinals: number[]) =>
  store.annotations.append({
    what: 'label',
    title: `${ordinals.length} labeled`,
    sets: [{ classId: store.classes.idOf(uuid), source: 'human', ordinals }],
  })
const names = () => store.classes.list().map(({ name, key }) => `${name} ${key}`)
const reopen = () => {
  store.close()
  store = openProject(folder)
}

test('a class that was made is taken back and made again as it was, after a restart', async () => {
  const uuid = await make('fox')
  await store.annotations.record(() => store.classes.edit(uuid, { color: 'red' }))
  reopen()
  expect((await store.annotations.undo())!.title).toBe('New colour for fox')
  expect(store.annotations.undoable().undo).toBe('Class fox made')
  await store.annotations.undo()
  expect(names()).toEqual([])
  reopen()
  expect(store.annotations.undoable()).toEqual({ undo: null, redo: 'Class fox made' })
  await store.annotations.redo()
  await store.annotations.redo()
  expect(store.classes.get(uuid)).toMatchObject({ name: 'fox', key: '1', color: 'red' })
})

test('naming something anew is one step: its labels and its class go and come back together', async () => {
  const fox = await make('fox')
  await label(fox, [0, 1])
  const owl = await make('owl')
  await label(owl, [2])
  await label(fox, [3])
  expect((await store.annotations.undo())!.title).toBe('1 labeled')
  expect(names()).toEqual(['fox 1', 'owl 2'])
  await store.annotations.undo()
  expect(names()).toEqual(['fox 1'])
  expect(store.annotations.undoable()).toEqual({ undo: '2 labeled', redo: '1 labeled' })
  reopen()
  await store.annotations.undo()
  expect(names()).toEqual([])
  expect(store.annotations.labeled()).toBe(0)
  expect(await store.annotations.undo()).toBeNull()
  for (const [labeled, shown] of [
    [2, ['fox 1']],
    [3, ['fox 1', 'owl 2']],
    [4, ['fox 1', 'owl 2']],
  ] as const) {
    await store.annotations.redo()
    expect(store.annotations.labeled()).toBe(labeled)
    expect(names()).toEqual(shown)
  }
  expect(await store.annotations.redo()).toBeNull()
})

test('a class made for other reasons than to name something at once is a step of its own', async () => {
  const fox = await make('fox')
  await make('owl')
  await label(fox, [0])
  await store.annotations.undo()
  expect(names()).toEqual(['fox 1', 'owl 2'])
})
