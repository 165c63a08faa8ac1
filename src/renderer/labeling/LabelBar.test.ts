// @vitest-environment happy-dom
/** Classes that two lines do not hold are told of and one press away. */
import { expect, it } from 'vitest'
import { FakeHost } from '../testing/fake-host.fixture'
import { mountWithHost } from '../testing/mounted.fixture'
import LabelBar from './LabelBar.vue'

const perLine = 3
/** Chips of 36 px in lines 6 px apart, three to a line. */
function withLines() {
  Object.defineProperties(HTMLElement.prototype, {
    offsetHeight: { configurable: true, get: () => 36 },
    offsetTop: {
      configurable: true,
      get(this: HTMLElement) {
        return 2 + 42 * Math.floor([...this.parentElement!.children].indexOf(this) / perLine)
      },
    },
  })
}

async function bar(classes: number) {
  const host = new FakeHost()
  for (let number = 0; number < classes; number++) host.addClass(`class ${number}`)
  const { wrapper } = await mountWithHost(LabelBar, { enabled: true }, host)
  return { wrapper, fold: () => wrapper.find('button[aria-expanded]') }
}

it('says how many classes are below, and shows them all', async () => {
  withLines()
  const { wrapper, fold } = await bar(10)
  expect(fold().text()).toBe('4 more')
  await fold().trigger('click')
  expect(fold().text()).toBe('Fewer')
  expect(fold().attributes('aria-expanded')).toBe('true')
  expect(wrapper.get(`#${fold().attributes('aria-controls')}`).classes()).toContain('whole')
  wrapper.unmount()
})

it('says nothing where all are shown', async () => {
  withLines()
  const { wrapper, fold } = await bar(6)
  expect(fold().exists()).toBe(false)
  wrapper.unmount()
})
