// @vitest-environment happy-dom
/** The offer of a longer look: after the first one only, and gone for good once waved off. */
import { beforeEach, expect, it } from 'vitest'
import { FakeHost } from '../../testing/fake-host.fixture'
import { mountWithHost, settled } from '../../testing/mounted.fixture'
import { runOf } from '../../testing/run.fixture'
import LongerLook from './LongerLook.vue'

beforeEach(() => localStorage.clear())

async function offer(runs: string[], samples = 500) {
  const host = new FakeHost(samples)
  host.runs = runs.map((task, at) => runOf(at + 1, { task, active: at === 0 }))
  const { wrapper } = await mountWithHost(LongerLook, {}, host)
  await settled()
  return { host, wrapper, buttons: () => wrapper.findAll('button') }
}

it('starts the race of encoders', async () => {
  const { host, wrapper, buttons } = await offer(['instant'])
  await buttons()[0]!.trigger('click')
  await settled()
  expect(host.calls.find(({ path }) => path === 'pretrain.start')?.input).toEqual({ task: 'auto', parameters: {}, seed: 0 })
  wrapper.unmount()
})

it('is gone for this project once waved off', async () => {
  const { wrapper, buttons } = await offer(['instant'])
  await buttons()[1]!.trigger('click')
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
