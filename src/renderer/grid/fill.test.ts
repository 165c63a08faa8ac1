// @vitest-environment happy-dom
import { expect, it, onTestFinished, vi } from 'vitest'
import { effectScope, nextTick, ref, shallowRef } from 'vue'
import { type Line, useFilledRows } from './fill'

const columns = 8
const slots = 12
const linesFrom = (first: number): Line[] =>
  Array.from({ length: slots }, (_, at) => {
    const row = first + at
    return { row, slot: row % slots, from: row * columns, to: (row + 1) * columns }
  })

/** The ordinal of an index is twice the index at first, for as many as are known. */
function filling(active = 0) {
  const frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
  onTestFinished(() => void vi.unstubAllGlobals())
  const lines = shallowRef(linesFrom(0))
  const known = ref(Infinity)
  const times = ref(2)
  const scope = effectScope()
  onTestFinished(() => scope.stop())
  const { filled, stale } = scope.run(() =>
    useFilledRows({
      lines,
      ordinalAt: (index) => (index < known.value ? index * times.value : null),
      urgency: (row) => Math.abs(row - active),
    }),
  )!
  const frame = async () => {
    for (const run of frames.splice(0)) run(0)
    await nextTick()
  }
  const shown = () => lines.value.filter(({ row, slot }) => filled.value.get(slot)?.row === row).map(({ row }) => row)
  return { lines, known, times, filled, stale, frame, shown, waiting: () => frames.length }
}

it('fills a few rows in every frame, those that are needed first, until all are there', async () => {
  const { frame, shown, waiting } = filling(5)
  expect(shown()).toEqual([])
  await frame()
  expect(shown()).toEqual([4, 5])
  for (let more = 0; more < 5; more++) await frame()
  expect(shown()).toEqual(linesFrom(0).map(({ row }) => row))
  expect(waiting()).toBe(0)
})

it('after a step fills only what came; a row that left is not shown for the one that came', async () => {
  const { lines, filled, frame, shown, waiting } = filling()
  while (waiting()) await frame()
  const before = new Map(filled.value)
  lines.value = linesFrom(2)
  await nextTick()
  expect(shown()).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  await frame()
  expect(waiting()).toBe(0)
  const changed = lines.value.filter(({ slot }) => filled.value.get(slot) !== before.get(slot))
  expect(changed.map(({ row }) => row)).toEqual([12, 13])
})

it('fills nothing while rows rush by, and what is seen then as soon as they slow down', async () => {
  const { lines, frame, shown, waiting } = filling()
  while (waiting()) await frame()
  for (const first of [300, 600, 603]) {
    lines.value = linesFrom(first)
    await nextTick()
    await frame()
    expect(shown()).toEqual([])
    expect(waiting()).toBe(1)
  }
  lines.value = linesFrom(605)
  await frame()
  expect(shown()).toHaveLength(2)
  while (waiting()) await frame()
  expect(shown()).toEqual(lines.value.map(({ row }) => row))
})

it('ordinals that become known are shown', async () => {
  const { known, filled, frame, waiting } = filling()
  known.value = 13
  while (waiting()) await frame()
  expect(filled.value.get(1)?.ordinals).toEqual([16, 18, 20, 22, 24, null, null, null])
  known.value = 16
  await nextTick()
  while (waiting()) await frame()
  expect(filled.value.get(1)?.ordinals.at(-1)).toBe(30)
  expect(filled.value.has(2)).toBe(false)
})

it('rows whose ordinals changed are stale until they are filled anew; so are those nothing is known of any more', async () => {
  const { known, times, filled, stale, frame, waiting } = filling()
  while (waiting()) await frame()
  expect([...stale.value]).toEqual([])
  times.value = 3
  await nextTick()
  expect(stale.value.size).toBe(slots)
  await frame()
  expect(filled.value.get(0)?.ordinals[1]).toBe(3)
  expect([...stale.value]).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  while (waiting()) await frame()
  expect([...stale.value]).toEqual([])
  known.value = 8 * columns
  await nextTick()
  expect([...stale.value]).toEqual([8, 9, 10, 11])
})

it('a row that only becomes known further is not stale meanwhile', async () => {
  const { known, stale, frame, waiting } = filling()
  known.value = 13
  while (waiting()) await frame()
  known.value = 16
  expect([...stale.value]).toEqual([])
})
