import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { ref } from 'vue'
import type { SampleQuery } from '@shared/model'
import { usePicked } from '../stores/selection'
import { isPicked, nothing, only, toggled, useSelection, withRange } from './selection'

beforeEach(() => setActivePinia(createPinia()))

it('toggles and keeps the last place as the anchor of the next range', () => {
  const picked = toggled(toggled(only(3, 0), 9, 4), 3, 0)
  expect([...picked.ordinals]).toEqual([9])
  expect(picked.anchor).toBe(0)
})

it('takes a range instead of what was there, or adds it', () => {
  expect([...withRange(only(1, 0), [5, 6], false).ordinals]).toEqual([5, 6])
  expect([...withRange(only(1, 0), [5, 6], true).ordinals]).toEqual([1, 5, 6])
})

it('stands for the whole query when everything is selected, however long', () => {
  const query = ref<SampleQuery>({ labeled: false, sort: 'ordinal', descending: false })
  const selection = useSelection({ query, total: ref(1_000_000) })
  expect(selection.selection.value).toBeNull()
  selection.selectAll()
  expect(selection.size.value).toBe(1_000_000)
  expect(selection.has(777_777)).toBe(true)
  expect(selection.selection.value).toEqual({ query: query.value })
})

it('leaves "everything" by a click: only that one stays', () => {
  const all = { ...nothing, all: true }
  const picked = toggled(all, 4, 4)
  expect(picked.all).toBe(false)
  expect(isPicked(picked, 4)).toBe(true)
  expect(isPicked(picked, 5)).toBe(false)
})

it('acts on ordinals otherwise', () => {
  const selection = useSelection()
  selection.set(only(8, 0))
  expect(selection.selection.value).toEqual({ ordinals: [8] })
  selection.selectAll()
  expect(selection.size.value).toBe(1)
})

it('is one selection for every page, with a history to go back in', () => {
  const [grid, map] = [useSelection(), useSelection()]
  grid.set(only(3, 0))
  map.set(withRange(map.picked.value, [4, 5], false))
  expect(grid.has(4)).toBe(true)
  const store = usePicked()
  expect(store.back()).toBe(true)
  expect([...grid.picked.value.ordinals]).toEqual([3])
  expect(store.forward()).toBe(true)
  expect(store.forward()).toBe(false)
  expect(grid.size.value).toBe(2)
})

it('names too many ordinals by the outline they were chosen by', () => {
  const region: [number, number][] = [
    [0, 0],
    [1, 0],
    [1, 1],
  ]
  const selection = useSelection()
  const ordinals = new Set(Array.from({ length: 10_001 }, (_, at) => at))
  selection.set({ ordinals, all: false, anchor: null, region })
  expect(selection.selection.value).toMatchObject({ query: { region } })
  selection.set({ ordinals, all: false, anchor: null })
  expect(selection.selection.value).toBeNull()
})
