/** Checks the menu's entries per platform. */
import type { MenuItemConstructorOptions } from 'electron'
import { expect, test, vi } from 'vitest'
import { menuTemplate } from './menu'

const actions = { showProject: vi.fn() }
const items = ({ submenu }: MenuItemConstructorOptions) => submenu as MenuItemConstructorOptions[]
const roles = (template: MenuItemConstructorOptions[]) =>
  template.flatMap((one) => [one.role, ...(one.submenu ? items(one).map(({ role }) => role) : [])])

test('macOS gets its application menu and closes windows; elsewhere the file menu quits', () => {
  expect(roles(menuTemplate('darwin', true, actions))).toEqual(
    expect.arrayContaining(['appMenu', 'close', 'editMenu', 'windowMenu']),
  )
  expect(roles(menuTemplate('darwin', true, actions))).not.toContain('quit')
  for (const platform of ['linux', 'win32'] as const) {
    expect(roles(menuTemplate(platform, true, actions))).toEqual(expect.arrayContaining(['quit', 'editMenu', 'help', 'about']))
    expect(roles(menuTemplate(platform, true, actions))).not.toContain('appMenu')
  }
})

test('developer tools and reload are for development', () => {
  expect(roles(menuTemplate('linux', true, actions))).not.toContain('toggleDevTools')
  expect(roles(menuTemplate('linux', false, actions))).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
})

test('the project folder is one click away', () => {
  const file = menuTemplate('linux', true, actions).find(({ label }) => label === '&File')!
  const entry = items(file).find(({ label }) => label === 'Show Project Folder')!
  ;(entry.click as () => void)()
  expect(actions.showProject).toHaveBeenCalledOnce()
})
