// @vitest-environment happy-dom
/** The offer of a longer look: after the first one only, and gone for good once waved off. */
import { beforeEach, expect, it } from 'vitest'
import { FakeHost } from '../../testing/fake-host.fixture'
import { mountWithHost, settled } from '../../testing/mounted.fixture'
import { runOf } from '../../testing/run.fixture'
import UiSelect from '../../ui/UiSelect.vue'
import LongerLook from './LongerLook.vue'

beforeEach(() => localStorage.clear())

async function offer(runs: string[], samples = 500) {
  const host = new FakeHost(samples)
  host.runs = runs.map((task, at) => runOf(at + 1, { task, active: at === 0 }))
  const { wrapper } = await mountWithHost(LongerLook, {}, host)
  await settled()
  return { host, wrapper, buttons: () => wrapper.findAll('button') }
}

it('starts the race of encoders with five minutes, or with the time that is chosen', async () => {
  const { host, wrapper, buttons } = await offer(['instant'])
  const started = () => host.calls.findLast(({ path }) => path === 'pretrain.start')?.input
  await buttons()[1]!.trigger('click')
  await settled()
  expect(started()).toEqual({ task: 'auto', parameters: {}, seed: 0, minutes: 5 })
  const select = wrapper.findComponent(UiSelect)
  expect(select.props()).toMatchObject({ options: [1, 5, 15, 60, 480].map((value) => ({ value })) })
  select.vm.$emit('update:modelValue', 15)
  await buttons()[1]!.trigger('click')
  await settled()
  expect(started()).toMatchObject({ minutes: 15 })
  wrapper.unmount()
})

it('is gone for this project once waved off', async () => {
  const { wrapper, buttons } = await offer(['instant'])
  await buttons()[2]!.trigger('click')
  expect(buttons()).toHaveLength(0)
  wrapper.unmount()
  const again = await offer(['instant'])
  expect(again.buttons()).toHaveLength(0)
  again.wrapper.unmount()
})

it('is not made beside another run, before the first, or for a few images', async () => {
  for (const { wrapper, buttons } of [await offer(['auto', 'instant']), await offer([]), await offer(['instant'], 31)]) {
    expect(buttons()).toHaveLength(0)
    wrapper.unmount()
  }
})
