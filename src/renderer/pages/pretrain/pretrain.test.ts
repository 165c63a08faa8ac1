// @vitest-environment happy-dom
/** The pretrain page on the in-memory host: runs compared, a run that is paused and resumed, neighbours while it trains. */
import type { Job } from '@shared/model'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { FakeHost, uuid } from '../../testing/fake-host.fixture'
import { mountWithHost, settled, withLayout } from '../../testing/mounted.fixture'
import { runOf } from '../../testing/run.fixture'
import PretrainPage from './PretrainPage.vue'

beforeAll(() => withLayout(900, 600))
beforeEach(() => (document.body.innerHTML = ''))

const look = (step: number | null, seconds: number, retrieval: number) => ({ step, seconds, scores: { retrieval } })
const training: Job = {
  id: uuid(50),
  kind: 'pretrain',
  title: 'Pretrain (vicreg)',
  state: 'running',
  progress: { stage: 'Training', done: 40, total: 100, rate: 10, secondsLeft: 60, values: { loss: 1.5 } },
  error: null,
  summary: null,
  createdAt: 9,
  startedAt: 9,
  endedAt: null,
}

async function opened() {
  const host = new FakeHost()
  host.runs = [runOf(2, { state: 'running', dimensions: null, embedded: 0, scores: {} }), runOf(1, { active: true })]
  host.looks = [
    { runId: uuid(1), looks: [look(0, 5, 0.1), look(null, 120, 0.4)], before: null, now: null },
    { runId: uuid(2), looks: [look(0, 6, 0.2)], before: [{ of: 3, like: [4, 5] }], now: [{ of: 3, like: [6, 7] }] },
  ]
  host.accuracies = {
    labels: 40,
    classes: 5,
    enough: true,
    runs: [{ runId: uuid(1), knn: 0.85, probe: 0.9 }],
    best: { runId: uuid(1), leads: [] },
  }
  const { wrapper } = await mountWithHost(PretrainPage, {}, host)
  const button = (name: string) => wrapper.findAll('button').find((one) => one.text() === name)!
  return { host, wrapper, button }
}

it('says the same as lines and as a table', async () => {
  const { wrapper } = await opened()
  const plot = wrapper.get('.compare svg[role="img"]')
  expect(plot.attributes('aria-label')).toContain('seed 1: from 0.100 to 0.400.')
  expect(wrapper.findAll('.compare polyline[points*=" "]').length).toBeGreaterThan(0)
  await wrapper.findAll('[role="radio"]').find((one) => one.text() === 'Table')!.trigger('click') // prettier-ignore
  await settled()
  const rows = wrapper.findAll('.compare tbody tr').map((row) => row.findAll('td').map((cell) => cell.text()))
  expect(rows).toEqual([['0.1', '0.100'], ['2.0', '0.400'], ['0.1', '0.200']]) // prettier-ignore
})

it('shows which way scores are better, and accuracies beside them', async () => {
  const { wrapper } = await opened()
  const text = wrapper.text().replace(/\s+/g, ' ')
  expect(text).toMatch(/Alignment\s?0\.300\s?lower is better/)
  expect(text).toContain('By 40 labels of 5 classes:')
  expect(text).toMatch(/Linear probe\s?90\.0%/)
})

it('says that labels are too few once it has read so, and nothing after an error', async () => {
  const host = new FakeHost()
  host.runs = [runOf(1, { active: true }), runOf(2, {})]
  const { wrapper } = await mountWithHost(PretrainPage, {}, host)
  const verdict = () => wrapper.find('.verdict')
  expect(verdict().exists()).toBe(false)
  const changed = async () => {
    host.events.send({ changed: ['labels'] })
    await settled()
  }
  host.accuracies = { labels: 4, classes: 2, enough: false, runs: [], best: null }
  await changed()
  expect(verdict().text()).toContain('Your labels are too few')
  Object.defineProperty(host, 'accuracies', {
    get() {
      throw new Error('unreadable')
    },
  })
  await changed()
  expect(verdict().exists()).toBe(false)
})

it('pauses the run under way and resumes it, and shows its neighbours', async () => {
  const { host, wrapper, button } = await opened()
  host.jobs.send(training)
  await settled()
  const images = wrapper.findAll('.neighbours img').map((image) => /thumb\/(\d+)/.exec(image.attributes('src')!)![1])
  expect(images).toEqual(['3', '4', '5', '6', '7'])
  host.jobs.send({ ...training, id: uuid(51), state: 'queued', progress: null, createdAt: 10 })
  await settled()
  expect(wrapper.text()).toContain('Another one waits for its turn.')
  await button('Pause').trigger('click')
  await settled()
  host.jobs.send({ ...training, id: uuid(51), state: 'cancelled', progress: null, createdAt: 10 })
  host.jobs.send({ ...training, state: 'paused', endedAt: 10 })
  await settled()
  expect(wrapper.text()).toContain('The run that is paused')
  await button('Resume').trigger('click')
  await settled()
  const asked = host.calls.filter(({ path }) => path === 'jobs.pause' || path === 'jobs.resume')
  expect(asked).toEqual(['jobs.pause', 'jobs.resume'].map((path) => ({ path, input: { id: training.id } })))
})

it('begins with the budget that the task wants, and keeps one that the person set', async () => {
  const { host, wrapper, button } = await opened()
  await settled()
  const choose = async (title: string) => {
    await wrapper.findAll('[role="radio"]').find((one) => one.text().startsWith(title))!.trigger('click') // prettier-ignore
    await settled()
  }
  const sent = async () => {
    await button('Pretrain again').trigger('submit')
    await settled()
    return host.calls.filter(({ path }) => path === 'pretrain.start').at(-1)?.input
  }
  expect(await sent()).not.toHaveProperty('minutes')
  await choose('Best in the time given')
  expect(await sent()).toMatchObject({ task: 'auto', minutes: 5 })
  await choose('15 minutes')
  await choose('Instant encoder')
  expect(await sent()).toMatchObject({ task: 'instant', minutes: 15 })
})
