// @vitest-environment happy-dom
import type { Cluster } from '@shared/model'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FakeHost } from '../../testing/fake-host.fixture'
import { mountWithHost, press, settled, withLayout } from '../../testing/mounted.fixture'
import { useAskQueue } from './ask-queue'
import AskView from './AskView.vue'
import { movedOnBoard, namedPart, nextOpen, rowOf } from './board'
import ClusterBoard from './ClusterBoard.vue'

beforeAll(() => withLayout(900, 600))
beforeEach(() => (document.body.innerHTML = ''))

const cluster = (id: number, size: number, labeled: number): Cluster => ({
  id,
  size,
  tightness: 1,
  typical: [],
  labeled,
  labels: labeled ? [{ classId: null, count: labeled }] : [],
  name: null,
  naming: null,
  proposal: null,
  parts: 0,
  parent: null,
  depth: 0,
  joined: 0,
})

describe('board rules', () => {
  it('finds what was at hand in the clusters that came: by what it shows, then by its number', () => {
    const shows = (id: number, ...typical: number[]) => ({ ...cluster(id, 5, 0), typical })
    const merged = [shows(0, 1, 2), shows(-2, 9, 7, 3), shows(4, 5)]
    expect(rowOf(shows(3, 7, 9), merged)).toBe(1)
    expect(rowOf(shows(4, 9, 5), [shows(3, 9), shows(4, 5)])).toBe(1)
    expect(rowOf(shows(4, 6), merged)).toBe(2)
    expect(rowOf(shows(8, 6), merged)).toBeNull()
  })

  it('walks clusters by arrows, and the two lines of images inside one', () => {
    const shown = [12, 4, 12]
    const at = (key: string, row: number, column: number) => movedOnBoard(key, { row, column }, shown, 6, false)
    expect(at('ArrowDown', 0, 0)).toEqual({ row: 1, column: 0 })
    expect(at('ArrowDown', 0, 2)).toEqual({ row: 0, column: 8 })
    expect(at('ArrowDown', 0, 8)).toEqual({ row: 1, column: 2 })
    expect(at('ArrowUp', 0, 8)).toEqual({ row: 0, column: 2 })
    expect(at('End', 1, 0)).toEqual({ row: 1, column: 4 })
    expect(at('ArrowRight', 1, 4)).toEqual({ row: 1, column: 4 })
    expect(at('q', 0, 0)).toBeNull()
  })

  it('goes on to a cluster that lacks labels, past finished ones and outliers', () => {
    expect(nextOpen([cluster(0, 5, 5), cluster(1, 5, 5), cluster(2, 5, 1), cluster(-1, 9, 0)], 0)).toBe(2)
    expect(nextOpen([cluster(0, 5, 5), cluster(1, 5, 5)], 0)).toBe(0)
  })

  it('names what has no label yet, so that struck out images keep theirs', () => {
    expect(namedPart(cluster(3, 10, 4), 0.5)).toMatchObject({
      open: 6,
      query: { clusterId: 3, granularity: 0.5, labeled: false },
    })
    expect(namedPart(cluster(3, 10, 10), 0.5).query).not.toHaveProperty('labeled')
  })
})

describe('cluster board', () => {
  it('names the cluster at hand with one key, tells what was seen, and goes on to the next', async () => {
    const host = new FakeHost(300)
    const boots = host.addClass('boots')
    const { wrapper } = await mountWithHost(ClusterBoard, {}, host)
    await settled()
    press('1')
    await settled()
    const call = host.calls.find(({ path }) => path === 'annotations.label')!.input as { seen: number[]; classId: string }
    expect(call.classId).toBe(boots.id)
    expect(call.seen.length).toBeGreaterThan(0)
    expect(call.seen.every((ordinal) => ordinal % 3 === 0)).toBe(true)
    expect([...host.labels.values()].filter(({ seen }) => !seen)).toHaveLength(100 - call.seen.length)
    expect(wrapper.get('[role=grid]').attributes('aria-activedescendant')).toMatch(/-1-0$/)
    wrapper.unmount()
  })

  it('names the selected images instead, when there are any', async () => {
    const host = new FakeHost(300)
    host.addClass('boots')
    const { wrapper } = await mountWithHost(ClusterBoard, {}, host)
    await settled()
    const cells = wrapper.findAll('[role=gridcell] .cell')
    await cells[0]!.trigger('click')
    await cells[2]!.trigger('click')
    press('1')
    await settled()
    expect([...host.labels.keys()].sort((a, b) => a - b)).toEqual([0, 6])
    wrapper.unmount()
  })

  it('stays where it is scrolled to when labels change, and follows the cluster at hand only if that moved in view', async () => {
    const host = new FakeHost(300)
    const boots = host.addClass('boots')
    const { wrapper } = await mountWithHost(ClusterBoard, {}, host)
    await settled()
    const board = wrapper.get('[role=grid]')
    const scrolled: unknown[] = []
    board.element.scrollTo = (to: unknown) => void scrolled.push(to)
    await wrapper.findAll('[role=gridcell]')[4]!.trigger('click')
    const asked = host.calls.filter(({ path }) => path === 'clusters.list').length
    host.act('label', 'elsewhere', () => {
      host.labels.set(200, { classId: boots.id, seen: true })
      return 1
    })
    await settled()
    expect(host.calls.filter(({ path }) => path === 'clusters.list')).toHaveLength(asked + 1)
    expect(scrolled).toEqual([])
    const moved = [1, 0, 2]
    const { members } = host
    host.members = (selection) => {
      if (!('query' in selection) || typeof selection.query.clusterId !== 'number') return members.call(host, selection)
      return members.call(host, { query: { ...selection.query, clusterId: moved[selection.query.clusterId]! } })
    }
    host.undo()
    await settled()
    expect(board.attributes('aria-activedescendant')).toMatch(/-1-0$/)
    expect(scrolled.length).toBeGreaterThan(0)
    wrapper.unmount()
  })

  it('the cell at hand is always one that is there', async () => {
    const host = new FakeHost(300)
    const { wrapper } = await mountWithHost(ClusterBoard, {}, host)
    await settled()
    const board = wrapper.get('[role=grid]')
    press('End', board.element)
    await settled()
    expect(board.attributes('aria-activedescendant')).toMatch(/-0-16$/)
    const { members } = host
    host.members = (selection) => members.call(host, selection).slice(0, 3)
    host.act('label', 'fewer', () => 0)
    await settled()
    const atHand = board.attributes('aria-activedescendant')!
    expect(atHand).toMatch(/-0-3$/)
    expect(document.getElementById(atHand)).not.toBeNull()
    wrapper.unmount()
  })

  it('takes keys from nobody who types', async () => {
    const host = new FakeHost(300)
    host.addClass('boots')
    const { wrapper } = await mountWithHost(ClusterBoard, {}, host)
    press('1', wrapper.get('input').element)
    await settled()
    expect(host.labels.size).toBe(0)
    wrapper.unmount()
  })
})

describe('next to ask', () => {
  it('answers by a key and goes on by itself; unknown is an answer too', async () => {
    const host = new FakeHost(60)
    const boots = host.addClass('boots')
    const { wrapper } = await mountWithHost(AskView, {}, host)
    await settled()
    press('1')
    await settled()
    press('s')
    press('u')
    await settled()
    expect([...host.labels]).toEqual([
      [0, { classId: boots.id, seen: true }],
      [2, { classId: null, seen: true }],
    ])
    expect(wrapper.text()).toContain('2 answers')
    wrapper.unmount()
  })

  it('fetches more before it runs dry, never asks twice, and ends', async () => {
    const left = Array.from({ length: 45 }, (_, ordinal) => ordinal)
    const asked: number[] = []
    const queue = useAskQueue((count) =>
      Promise.resolve(
        left
          .filter((ordinal) => !asked.includes(ordinal))
          .slice(0, count)
          .map((ordinal) => ({ ordinal, why: '', drawn: null })),
      ),
    )
    await queue.restart()
    while (queue.current.value) {
      asked.push(queue.current.value.ordinal)
      await queue.answer()
    }
    expect(asked).toEqual(left)
    expect(queue.answered.value).toBe(45)
  })

  it('goes back to the one before, and asks skipped ones again when told', async () => {
    const queue = useAskQueue(() => Promise.resolve([1, 2, 3].map((ordinal) => ({ ordinal, why: '', drawn: null }))))
    await queue.restart()
    await queue.answer()
    queue.back()
    expect([queue.current.value?.ordinal, queue.answered.value]).toEqual([1, 0])
    await queue.answer()
    await queue.skip()
    await queue.answer()
    expect(queue.current.value).toBeUndefined()
    await queue.restart()
    expect(queue.current.value?.ordinal).toBe(2)
  })
})
