// @vitest-environment happy-dom
import { flushPromises } from '@vue/test-utils'
import { beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import type { SampleQuery } from '@shared/model'
import { FakeHost } from '../testing/fake-host.fixture'
import { mountWithHost, press, settled, withLayout } from '../testing/mounted.fixture'
import SampleGrid from './SampleGrid.vue'
import { useSelection, type SelectionModel } from './selection'
import { useQuerySource } from './source'

beforeAll(() => withLayout(600, 400))

async function grid(samples: number, asked: Partial<SampleQuery> = {}) {
  const query = ref<SampleQuery>({ sort: 'ordinal', descending: false, ...asked })
  let selection!: SelectionModel
  const opened: number[] = []
  const page = defineComponent({
    setup() {
      const source = useQuerySource(query)
      selection = useSelection({ query, total: source.total })
      return () =>
        h(SampleGrid, { source, selection, cell: 100, label: 'Images', onOpen: (ordinal: number) => opened.push(ordinal) })
    },
  })
  const { wrapper, host } = await mountWithHost(page, {}, new FakeHost(samples))
  await settled()
  const element = wrapper.get('[role=grid]')
  const key = async (name: string, init: KeyboardEventInit = {}) => {
    press(name, element.element, init)
    await settled()
  }
  return { wrapper, host, query, selection, element, opened, key }
}

it('draws only what is visible of a million samples', async () => {
  const { wrapper, element } = await grid(1_000_000)
  expect(element.attributes('aria-rowcount')).toBe(String(Math.ceil(1_000_000 / 6)))
  expect(wrapper.findAll('[role=gridcell]').length).toBeLessThan(80)
  wrapper.unmount()
})

it('moves by keys to the end, where the last samples are fetched', async () => {
  const { wrapper, element, key, opened } = await grid(100_000)
  await key('End', { ctrlKey: true })
  const active = element.attributes('aria-activedescendant')!
  expect(active).toMatch(/-99999$/)
  expect(wrapper.find(`[id="${active}"]`).exists()).toBe(true)
  await key('Enter')
  expect(opened).toEqual([99_999])
  wrapper.unmount()
})

it('selects by space, by ranges, and everything', async () => {
  const { wrapper, key, selection } = await grid(500)
  await key(' ')
  expect([...selection.picked.value.ordinals]).toEqual([0])
  await key('ArrowDown', { shiftKey: true })
  expect([...selection.picked.value.ordinals]).toEqual([0, 1, 2, 3, 4, 5, 6])
  await key('a', { ctrlKey: true })
  expect(selection.size.value).toBe(500)
  await key('Escape')
  expect(selection.size.value).toBe(0)
  wrapper.unmount()
})

it('selects by mouse: one, more with Ctrl, a range with Shift', async () => {
  const { wrapper, selection } = await grid(500)
  const cells = wrapper.findAll('[role=gridcell]')
  await cells[2]!.trigger('click')
  await cells[4]!.trigger('click', { ctrlKey: true })
  expect([...selection.picked.value.ordinals]).toEqual([2, 4])
  await cells[7]!.trigger('click', { shiftKey: true })
  await flushPromises()
  expect([...selection.picked.value.ordinals]).toEqual([4, 5, 6, 7])
  expect(cells[5]!.attributes('aria-selected')).toBe('true')
  wrapper.unmount()
})

it('shows groups under their heads, walks through them with Alt, and takes one whole', async () => {
  const { wrapper, element, key, selection } = await grid(500, { groupBy: 'folder' })
  expect(wrapper.findAll('[role=rowheader]').map((head) => head.text())).toEqual(['a 8', 'In no folder 492'])
  expect(
    wrapper
      .findAll('[role=row]:not(.head)')
      .slice(0, 3)
      .map((row) => row.findAll('[role=gridcell]').length),
  ).toEqual([6, 2, 6])
  await key('ArrowDown', { altKey: true })
  expect(element.attributes('aria-activedescendant')).toMatch(/-8$/)
  await key('ArrowUp', { altKey: true })
  await key('a', { altKey: true })
  expect([...selection.picked.value.ordinals]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
  await wrapper.findAll('[role=rowheader]')[1]!.trigger('click', { ctrlKey: true })
  await settled()
  expect(selection.size.value).toBe(500)
  wrapper.unmount()
})

it('an image of another order is neither picked nor opened while the new ones are still to be drawn', async () => {
  const { wrapper, query, selection, opened, key } = await grid(500, { clusterId: 0 })
  const frames: FrameRequestCallback[] = []
  vi.stubGlobal('requestAnimationFrame', (frame: FrameRequestCallback) => frames.push(frame))
  onTestFinished(() => void vi.unstubAllGlobals())
  const cell = () => wrapper.findAll('[role=gridcell]')[2]!
  const image = () => cell().get('img').attributes('src')
  expect(image()).toContain('/6?')
  query.value = { ...query.value, clusterId: 1 }
  await settled()
  expect(image()).toContain('/6?')
  expect(cell().element.closest('[role=row]')!.classList).toContain('waiting')
  await cell().trigger('click')
  await cell().trigger('dblclick')
  await key(' ')
  await key('Enter')
  await key('ArrowRight', { shiftKey: true })
  expect([selection.size.value, opened]).toEqual([0, []])
  while (frames.length > 0) {
    for (const frame of frames.splice(0)) frame(0)
    await settled()
  }
  expect(image()).toContain('/7?')
  await cell().trigger('click')
  expect([...selection.picked.value.ordinals]).toEqual([7])
  wrapper.unmount()
})

it('another order begins at the top, while new labels leave the place as it is', async () => {
  const { wrapper, host, query, element, key } = await grid(5000)
  const active = () => element.attributes('aria-activedescendant')
  await key('End', { ctrlKey: true })
  host.labels.set(3, { classId: host.addClass('boots').id, seen: true })
  host.events.send({ changed: ['labels'] })
  await settled()
  expect(active()).toMatch(/-4999$/)
  query.value = { ...query.value, sort: 'path' }
  await settled()
  expect(active()).toMatch(/-0$/)
  expect(wrapper.find(`[id="${active()}"]`).exists()).toBe(true)
  wrapper.unmount()
})

it('a range over a list that becomes another one while it is fetched takes nothing', async () => {
  const { wrapper, query, selection, element, key } = await grid(5000, { clusterId: 0 })
  await key(' ')
  press('End', element.element, { ctrlKey: true, shiftKey: true })
  query.value = { ...query.value, clusterId: 1 }
  await settled()
  expect([...selection.picked.value.ordinals]).toEqual([0])
  wrapper.unmount()
})

it('images of before are not left standing when the new ones cannot be had', async () => {
  const { wrapper, host, query } = await grid(500, { clusterId: 0 })
  expect(wrapper.findAll('.row.waiting')).toHaveLength(0)
  host.members = () => {
    throw new Error('gone')
  }
  query.value = { ...query.value, clusterId: 1 }
  await settled()
  expect(wrapper.findAll('.row:not(.waiting)')).toHaveLength(0)
  wrapper.unmount()
})
