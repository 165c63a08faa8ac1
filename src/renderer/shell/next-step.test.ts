// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import type { Component } from 'vue'
import { FakeHost } from '../testing/fake-host.fixture'
import { mountWithHost } from '../testing/mounted.fixture'
import NoImages from './NoImages.vue'
import ToLabels from './ToLabels.vue'

async function leadsTo(component: Component, host: FakeHost, path: string) {
  const { wrapper, router } = await mountWithHost(component, {}, host)
  await wrapper.get('button').trigger('click')
  await expect.poll(() => router.currentRoute.value.path).toBe(path)
  wrapper.unmount()
}

it('a page without images leads to them', async () => {
  await leadsTo(NoImages, new FakeHost(0), '/images')
})

it('before the first label comes pretraining', async () => {
  const host = new FakeHost(9)
  host.pretrained = false
  await leadsTo(ToLabels, host, '/pretrain')
  host.pretrained = true
  await leadsTo(ToLabels, host, '/label')
})
