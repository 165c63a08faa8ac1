// @vitest-environment happy-dom
import { expect, it } from 'vitest'
import { createApp } from 'vue'
import { createAppRouter } from './router'

it('an address asked for before the first page is there is gone to, not written over', async () => {
  location.hash = '#/projects'
  const router = createAppRouter()
  createApp({ render: () => null }).use(router)
  location.hash = '#/settings'
  window.dispatchEvent(new Event('hashchange'))
  await router.isReady()
  await expect.poll(() => router.currentRoute.value.path).toBe('/settings')
})
