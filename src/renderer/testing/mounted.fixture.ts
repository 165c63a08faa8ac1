/** Mounts a component with stores, router and the in-memory host around it. */
import { mount, flushPromises } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { defineComponent, h, ref, type Component } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { Connection } from '../connection/connection'
import { useConnection } from '../stores/connection'
import { useProject } from '../stores/project'
import { FakeHost } from './fake-host.fixture'

/** Thumbnails are left at their own addresses, and nothing asks a real server for them. */
globalThis.fetch = () => Promise.reject(new Error('The fake host has no files.'))

const alwaysOpen = (): Connection => ({
  state: ref('open'),
  link: { call: () => Promise.reject(new Error('The fake host has no link.')) },
  whenOpen: () => Promise.resolve(),
  retry: () => undefined,
  close: () => undefined,
})

/** Stores on a fake host whose project is open. */
export async function openFake(host = new FakeHost()) {
  const pinia = createPinia()
  setActivePinia(pinia)
  useConnection().use(alwaysOpen(), host.client())
  await useProject().refresh()
  await settled()
  return { host, pinia }
}

/** Waits until streams, batches and fetches have come to rest. */
export async function settled() {
  for (let turn = 0; turn < 8; turn++) await flushPromises()
}

function emptyPages() {
  const routes = [
    { path: '/:rest(.*)*', component: { render: () => null } },
    { path: '/label/:view?/:cluster?', name: 'label', component: { render: () => null } },
  ]
  return createRouter({ history: createMemoryHistory(), routes })
}

export async function mountWithHost(
  component: Component,
  props: Record<string, unknown> = {},
  host = new FakeHost(),
  router = emptyPages(),
) {
  const { pinia } = await openFake(host)
  const frame = defineComponent({ render: () => h(TooltipProvider, () => h(component, props)) })
  const wrapper = mount(frame, { attachTo: document.body, global: { plugins: [pinia, router] } })
  await settled()
  return { wrapper, host, router }
}

/** Gives happy-dom, which lays nothing out, a size for every element. */
export function withLayout(width: number, height: number) {
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, get: () => width })
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, get: () => height })
  globalThis.ResizeObserver = class {
    readonly #tell: ResizeObserverCallback
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell
    }
    observe(target: Element) {
      const size = [{ inlineSize: width, blockSize: height }]
      const entry = { target, contentRect: { width, height }, contentBoxSize: size, borderBoxSize: size }
      queueMicrotask(() => this.#tell([entry as never], this))
    }
    unobserve = () => undefined
    disconnect = () => undefined
  }
}

export const press = (key: string, target: EventTarget = window, init: KeyboardEventInit = {}) =>
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }))
