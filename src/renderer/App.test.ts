// @vitest-environment happy-dom
/** What stands in a page's place while the project has no images, and the way out of it. */
import { expect, it } from 'vitest'
import App from './App.vue'
import { steps } from './pages/registry'
import { createAppRouter } from './pages/router'
import { images } from './strings/images'
import { projects } from './strings/projects'
import { FakeHost } from './testing/fake-host.fixture'
import { mountWithHost } from './testing/mounted.fixture'
import UiEmpty from './ui/UiEmpty.vue'

async function app(samples: number) {
  const { wrapper, host, router } = await mountWithHost(App, {}, new FakeHost(samples), createAppRouter())
  const title = () => wrapper.findAll('h1').map((heading) => heading.text())
  return { wrapper, host, router, title }
}

it('without images every page that works on them says so and leads to them', async () => {
  const { wrapper, router, title } = await app(0)
  const pages = steps.filter(({ needsImages }) => needsImages)
  expect(pages.map(({ id }) => id)).toEqual(['pretrain', 'map', 'label', 'review', 'clean', 'audit', 'export'])
  for (const { path } of pages) {
    await router.push(path)
    await expect.poll(title, { message: path }).toEqual([images.emptyTitle])
  }
  await wrapper.get('main button').trigger('click')
  await expect.poll(title).toEqual([images.title])
  wrapper.unmount()
})

it('with images the page itself is shown', async () => {
  const { wrapper, router, title } = await app(3)
  await router.push('/review')
  await expect.poll(title).toEqual(['Review'])
  wrapper.unmount()
})

it('an empty project can be given another folder', async () => {
  const { wrapper, host, router } = await app(0)
  await router.push('/images')
  await expect.poll(() => wrapper.findComponent(UiEmpty).exists()).toBe(true)
  const another = wrapper.findAll('main button').find((button) => button.text() === images.otherFolder)!
  await another.trigger('click')
  const use = () => [...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === projects.picker.use)
  await expect.poll(() => use()?.getAttribute('disabled')).toBe(null)
  use()!.click()
  await expect.poll(() => host.calls.find(({ path }) => path === 'projects.rescan')?.input).toEqual({ root: '/home' })
  wrapper.unmount()
})
