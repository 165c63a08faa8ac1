// @vitest-environment happy-dom
/** The settings page on the in-memory host: what its buttons ask of the host, and what they say afterwards. */
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { FakeHost } from '../../testing/fake-host.fixture'
import { mountWithHost, settled, withLayout } from '../../testing/mounted.fixture'
import EngineInfo from './EngineInfo.vue'
import ProjectHealth from './ProjectHealth.vue'
import SettingsPage from './SettingsPage.vue'

beforeAll(() => withLayout(900, 600))
beforeEach(() => (document.body.innerHTML = ''))

it('asks the host for settings, checks the project and says that it is sound', async () => {
  const host = new FakeHost()
  const { wrapper } = await mountWithHost(ProjectHealth, {}, host)
  expect(wrapper.text()).not.toContain('sound')
  await wrapper.get('button').trigger('click')
  await settled()
  expect(host.calls.map(({ path }) => path)).toContain('care.verify')
  expect(wrapper.text()).toContain('The project is sound.')
})

it('shows sections in order and the licences on demand', async () => {
  const host = new FakeHost()
  const { wrapper } = await mountWithHost(SettingsPage, {}, host)
  await settled()
  expect(wrapper.findAll('h2').map((head) => head.text())).toEqual(['Appearance', 'Work', 'Project', 'Help', 'About'])
  expect(host.calls.map(({ path }) => path)).toContain('care.settings')
  await wrapper
    .findAll('button')
    .find((button) => button.text() === 'Licences of what is inside')!
    .trigger('click')
  await settled()
  expect(document.body.textContent).toContain('Licences')
})

it('tries the engines when asked and shows which one is in use', async () => {
  const host = new FakeHost()
  const { wrapper } = await mountWithHost(EngineInfo, {}, host)
  expect(wrapper.find('table').exists()).toBe(false)
  await wrapper.get('button').trigger('click')
  await settled()
  expect(host.calls.map(({ path }) => path)).toContain('host.engines')
  expect(wrapper.get('table').text()).toContain('in use')
})
