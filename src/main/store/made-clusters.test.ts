import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { overlaid, readMembership } from '../workers/analysis/membership'
import { type ClusterAtHand, shownId } from './made-clusters'
import { createProject, openProject, type Store } from './open'
import { openReader } from './reader'

/** What the clustering says of twelve samples. */
const base = Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, -1)
let folder: string
let store: Store

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'handful-made-')), 'p.handful')
  store = createProject(folder, { root: Buffer.from('/images'), fit: 'letterbox', followLinks: false })
  arrive(0, 12)
})
afterEach(() => {
  store.close()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

function arrive(from: number, to: number) {
  const add = store.database.prepare(
    "INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type) VALUES (?, ?, x'00', 1, 1, 'png', 1, 0, 0, 0, '')",
  )
  for (let ordinal = from; ordinal < to; ordinal++) add.run(ordinal, Buffer.from(String(ordinal)))
}
function shown(ids = base) {
  const reader = openReader(folder)
  const found = overlaid(ids, Uint32Array.from(ids.keys()), readMembership(reader))
  reader.close()
  return [...found.ids]
}
const cluster = (id: number): ClusterAtHand => ({
  id,
  title: `${id}`,
  ordinals: Uint32Array.from([...shown().entries()].filter(([, other]) => other === id).map(([ordinal]) => ordinal)),
})
const act = (make: () => Parameters<Store['annotations']['append']>[0]) => store.annotations.record(make)
const made = shownId

test('clusters are merged, split and dissolved; every step is undone and done again, across a restart', async () => {
  const steps = [shown()]
  const step = async (make: Parameters<typeof act>[0]) => {
    await act(make)
    steps.push(shown())
  }
  const [zero, one, two] = [cluster(0), cluster(1), cluster(2)]
  await step(() => store.madeClusters.merge([zero, one]))
  expect(shown()).toEqual([-2, -2, -2, -2, -2, -2, -2, -2, 2, 2, 2, -1])
  await step(() => store.madeClusters.split(cluster(made(1)), []))
  expect(shown()).toEqual([-3, -3, -3, -3, -4, -4, -4, -4, 2, 2, 2, -1])
  await step(() => store.madeClusters.merge([cluster(made(2)), cluster(made(3))]))
  expect(shown()).toEqual(steps[1])
  await step(() => store.madeClusters.split(two, [Uint32Array.of(8), Uint32Array.of(9, 10)]))
  expect(new Set(shown().slice(8, 11)).size).toBe(2)
  await step(() => store.madeClusters.dissolve(cluster(made(1))))
  expect(shown().slice(0, 8)).toEqual([...base.slice(0, 8)])
  await step(() => store.madeClusters.dissolve(cluster(1)))
  expect(shown().slice(0, 8)).toEqual([0, 0, 0, 0, -1, -1, -1, -1])
  await step(() => store.madeClusters.takeOut([0]))
  await step(() => store.madeClusters.add(cluster(0), [0, 11]))
  expect(new Set([0, 1, 2, 3, 11].map((ordinal) => shown()[ordinal])).size).toBe(1)
  store.close()
  store = openProject(folder)
  for (const before of steps.slice(0, -1).toReversed()) {
    await store.annotations.undo()
    expect(shown()).toEqual(before)
  }
  for (const after of steps.slice(1)) {
    await store.annotations.redo()
    expect(shown()).toEqual(after)
  }
})

test('a kept cluster survives a new clustering as it is; images that come later join where most of its members are', async () => {
  await act(() => store.madeClusters.keep(cluster(0)).act)
  expect(shown(Int32Array.of(5, 5, 5, 6, 5, 6, 6, 6, 6, 6, 6, 6)).slice(0, 4)).toEqual([-2, -2, -2, -2])
  arrive(12, 14)
  const again = Int32Array.of(5, 5, 5, 6, 5, 6, 6, 6, 6, 6, 6, 6, 5, 6)
  expect(shown(again)).toEqual([-2, -2, -2, -2, 5, 6, 6, 6, 6, 6, 6, 6, -2, 6])
})

test('a cluster gets a name of its own, which is undone, and stays when the clustering is made anew', async () => {
  await act(() => store.madeClusters.rename(cluster(1), 'odd ones'))
  const [row] = store.madeClusters.rows()
  expect(row).toMatchObject({ name: 'odd ones', removed: false })
  expect(shown(base.map((id) => 2 - id)).slice(4, 8)).toEqual(Array(4).fill(made(row!.id)))
  await act(() => store.madeClusters.rename(cluster(made(row!.id)), 'strays'))
  expect(store.madeClusters.rows()).toMatchObject([{ name: 'strays' }])
  await store.annotations.undo()
  expect(store.madeClusters.rows()).toMatchObject([{ name: 'odd ones' }])
  await act(() => store.madeClusters.rename(cluster(made(row!.id)), null))
  expect(store.madeClusters.rows()).toMatchObject([{ name: null }])
  await store.annotations.undo()
  await store.annotations.undo()
  expect(shown()).toEqual([...base])
})

test('what was split knows from where, over several steps', async () => {
  await act(() => store.madeClusters.split(cluster(0), [Uint32Array.of(0, 1), Uint32Array.of(2, 3)]))
  const [whole, first] = store.madeClusters.rows()
  await act(() => store.madeClusters.split(cluster(made(first!.id)), [Uint32Array.of(0), Uint32Array.of(1)]))
  const reader = openReader(folder)
  const { clusters } = readMembership(reader)
  reader.close()
  const paths = [...clusters.values()].map(({ path }) => path)
  expect(paths).toEqual([[whole!.id], [whole!.id, first!.id], [whole!.id, first!.id]])
})
