// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { defineComponent } from 'vue'
import { useToasts } from '../stores/toasts'
import { mountWithHost, press, settled } from '../testing/mounted.fixture'
import { useLabelKeys } from './label-keys'

it('a number without a class says so and labels nothing', async () => {
  const page = defineComponent({
    setup() {
      useLabelKeys(() => ({ ordinals: [3] }))
      return () => null
    },
  })
  const { wrapper, host } = await mountWithHost(page)
  await host.client().classes.create({ name: 'boot' })
  await settled()
  const acts = () => host.calls.filter(({ path }) => path === 'annotations.label')
  press('2')
  await settled()
  expect(useToasts().list.map(({ text }) => text)).toEqual([expect.stringContaining('No class has the key 2')])
  expect(acts()).toEqual([])
  press('1')
  await settled()
  expect(acts()).toHaveLength(1)
  wrapper.unmount()
})
