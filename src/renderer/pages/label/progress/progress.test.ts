// @vitest-environment happy-dom
import type { Measured } from '@shared/contract/progress'
import { beforeEach, expect, test } from 'vitest'
import { FakeHost } from '../../../testing/fake-host.fixture'
import { mountWithHost, settled } from '../../../testing/mounted.fixture'
import CalibrationFacts from '../../review/calibration/CalibrationFacts.vue'
import FineTune from '../../review/calibration/FineTune.vue'
import ProgressStrip from './ProgressStrip.vue'

const measured: Measured = {
  checks: 40,
  right: 36,
  accuracy: { value: 0.9, low: 0.77, high: 0.96 },
  gainOfTen: { value: 0.004, low: 0, high: 0.008 },
  calibration: { bins: [{ confidence: 0.8, accuracy: 0.75, count: 20 }], error: 0.03, brier: 0.12 },
  calibratedBy: 'temperature' as const,
  advice: 'small-gain',
}
beforeEach(() => {
  document.body.innerHTML = ''
})

test('says how accurate the guesses are with their interval, and that one can stop, with the reason', async () => {
  const host = new FakeHost()
  const history = [20, 40].map((labels) => ({ labels, ...measured.accuracy }))
  host.progress = { labels: 40, perMinute: 12, measured, checksNeeded: 0, history }
  const { wrapper } = await mountWithHost(ProgressStrip, {}, host)
  expect(wrapper.text()).toContain('90% (77% – 96%)')
  expect(wrapper.text()).toContain('+0.4 points (at most 0.8)')
  expect(wrapper.text()).toContain('12 labels a minute')
  expect(wrapper.get('[role=status]').text()).toBe('You can stop: ten more labels would add less than one point.')
  expect(wrapper.get('svg[role=img]').attributes('aria-label')).toContain('from 20 labels to 40 labels')
})

test('with too few fair samples it gives no number, and says how many are missing', async () => {
  const host = new FakeHost()
  const early: Measured = { ...measured, checks: 3, advice: 'more-checks' }
  host.progress = { labels: 40, perMinute: null, measured: early, checksNeeded: 7, history: [] }
  const { wrapper } = await mountWithHost(ProgressStrip, {}, host)
  expect(wrapper.text()).not.toContain('%')
  expect(wrapper.get('[role=status]').text()).toContain('7 more answers')
})

test('the plot draws a point for each bin, and a table says the same', async () => {
  const host = new FakeHost()
  host.progress = { labels: 40, perMinute: null, measured, checksNeeded: 0, history: [] }
  const { wrapper } = await mountWithHost(CalibrationFacts, {}, host)
  await wrapper.get('button').trigger('click')
  expect(document.querySelectorAll('svg circle')).toHaveLength(1)
  expect(document.querySelector('tbody')!.textContent).toContain('75.0%')
  expect(document.body.textContent).toContain('3.0 points')
})

test('fine-tuning waits for fair samples, and is then one click', async () => {
  const early = new FakeHost()
  early.progress = { labels: 40, perMinute: null, measured: null, checksNeeded: 4, history: [] }
  const waiting = await mountWithHost(FineTune, {}, early)
  expect(waiting.wrapper.get('button').attributes()).toMatchObject({ disabled: '' })
  expect(waiting.wrapper.get('button').attributes('title')).toContain('4 more answers')
  const host = new FakeHost()
  host.progress = { ...early.progress, measured, checksNeeded: 0 }
  const { wrapper } = await mountWithHost(FineTune, {}, host)
  await wrapper.get('button').trigger('click')
  await settled()
  expect(host.calls.filter(({ path }) => path === 'review.fineTune')).toHaveLength(1)
})
