// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { useQuerySource } from '../grid/source'
import { FakeHost } from '../testing/fake-host.fixture'
import { openFake, settled } from '../testing/mounted.fixture'
import { useClasses } from './classes'
import { coalesce } from './coalesce'
import { useClusters } from './clusters'
import { useLabeling } from './labeling'
import { useProject } from './project'
import { useSampleRow } from './sample-rows'
import { useToasts } from './toasts'

const sent = (host: FakeHost, path: string) => host.calls.filter((call) => call.path === path)

describe('stores project the host', () => {
  it('takes a snapshot, then follows the events', async () => {
    const { host } = await openFake()
    const project = useProject()
    const classes = useClasses()
    await settled()
    expect(project.state?.name).toBe('fake')
    host.addClass('boots')
    host.labels.set(3, { classId: host.classes[0]!.id, seen: true })
    host.events.send({ changed: ['labels', 'project'] })
    await settled()
    expect(classes.list.map(({ name }) => name)).toEqual(['boots'])
    expect(project.counts?.labeled).toBe(1)
  })

  it('stops following when the project closes', async () => {
    const { host } = await openFake()
    expect(host.events.listeners).toBe(1)
    await useProject().close()
    await settled()
    expect(useProject().state).toBeNull()
    host.events.send({ changed: ['project'] })
    await settled()
    expect(host.events.listeners).toBe(0)
  })

  it('asks for clusters again after a label, at the granularity that was chosen', async () => {
    const { host } = await openFake()
    const clusters = useClusters()
    await settled()
    clusters.asked = 0.8
    await settled()
    expect(clusters.granularity).toBe(0.8)
    const before = sent(host, 'clusters.list').length
    await useLabeling().label({ ordinals: [0] }, null)
    await settled()
    expect(sent(host, 'clusters.list').length).toBeGreaterThan(before)
    expect(clusters.byId.get(0)?.labels).toEqual([{ classId: null, count: 1 }])
  })
})

describe('labeling', () => {
  it('shows the label at once, the truth after, and offers to undo it', async () => {
    const { host } = await openFake()
    const boots = host.addClass('boots')
    const scope = effectScope()
    const row = scope.run(() => useSampleRow(() => 7))!
    await settled()
    expect(row.value?.labels).toEqual([])
    const done = useLabeling().label({ ordinals: [7] }, boots.id)
    expect(row.value?.labels[0]?.classId).toBe(boots.id)
    await done
    const toast = useToasts().list.at(-1)
    expect(toast?.action?.label).toBe('Undo')
    await toast?.action?.run()
    await settled()
    expect(row.value?.labels).toEqual([])
    scope.stop()
  })

  it('keeps one toast that undoes, since undo takes back the last act only', async () => {
    await openFake()
    const labeling = useLabeling()
    await labeling.label({ ordinals: [1] }, null)
    await labeling.label({ ordinals: [2] }, null)
    expect(useToasts().list.filter((toast) => toast.action)).toHaveLength(1)
  })

  it('takes a class by its name in any letter case instead of making a second', async () => {
    const { host } = await openFake()
    const boots = await useClasses().named('Boots')
    await settled()
    expect((await useClasses().named(' boots ')).id).toBe(boots.id)
    expect(host.classes).toHaveLength(1)
  })
})

describe('classes', () => {
  it('offers to take back a merge and a removal', async () => {
    const { host } = await openFake()
    const [boots, shoes, hats] = ['boots', 'shoes', 'hats'].map((name) => host.addClass(name))
    const classes = useClasses()
    await classes.refresh()
    const offered = () => useToasts().list.filter(({ action }) => action?.label === 'Undo')
    await classes.merge([boots!.id], shoes!.id)
    expect(offered().map(({ text }) => text)).toEqual(['merged'])
    await classes.remove(hats!.id)
    expect(offered().map(({ text }) => text)).toEqual(['removed'])
    await offered()[0]!.action!.run()
    expect(sent(host, 'annotations.undo')).toHaveLength(1)
  })
})

describe('toasts', () => {
  it('go away by themselves, but not from under the pointer or the focus', () => {
    setActivePinia(createPinia())
    vi.useFakeTimers()
    const toasts = useToasts()
    const id = toasts.show('Labeled')
    vi.advanceTimersByTime(5000)
    toasts.hold(id)
    vi.advanceTimersByTime(60_000)
    expect(toasts.list.map(({ text }) => text)).toEqual(['Labeled'])
    toasts.release(toasts.list[0]!)
    vi.advanceTimersByTime(6000)
    expect(toasts.list).toEqual([])
    vi.useRealTimers()
  })
})

describe('useQuerySource', () => {
  it('fetches only the chunks in view, and keeps the order while labels change', async () => {
    const { host } = await openFake(new FakeHost(5000))
    const query = ref({ labeled: false, sort: 'ordinal' as const, descending: false })
    const scope = effectScope()
    const source = scope.run(() => useQuerySource(query))!
    await settled()
    source.ensure(4400, 4500)
    await settled()
    expect(sent(host, 'samples.page').map(({ input }) => (input as { offset: number }).offset)).toEqual([0, 4400])
    expect(source.ordinalAt(4444)).toBe(4444)
    await useLabeling().label({ ordinals: [0] }, null)
    await settled()
    expect(source.ordinalAt(0)).toBe(0)
    expect(source.outdated.value).toBe(true)
    source.reload()
    await settled()
    expect(source.ordinalAt(0)).toBe(1)
    expect(source.outdated.value).toBe(false)
    scope.stop()
  })

  it('ignores the answer to a question that is not asked any more', async () => {
    await openFake(new FakeHost(900))
    const query = ref<{ clusterId?: number; sort: 'ordinal'; descending: boolean }>({ sort: 'ordinal', descending: false })
    const scope = effectScope()
    const source = scope.run(() => useQuerySource(query))!
    query.value = { ...query.value, clusterId: 1 }
    await nextTick()
    await settled()
    expect(source.total.value).toBe(300)
    expect(source.ordinalAt(0)).toBe(1)
    scope.stop()
  })
})

it('coalesces: many calls during a run make one more run', async () => {
  let runs = 0
  let release = () => {}
  const fetch = coalesce(() => {
    runs++
    return new Promise<void>((resolve) => (release = resolve))
  })
  const all = [fetch(), fetch(), fetch(), fetch()]
  release()
  await settled()
  release()
  await Promise.all(all)
  expect(runs).toBe(2)
})
