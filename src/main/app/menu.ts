/** The native menu: the entries that people expect on their platform, and little else. */
import type { MenuItemConstructorOptions } from 'electron'

export interface MenuActions {
  /** Shows the folder of the open project in the file manager. */
  showProject: () => void
}

const separator: MenuItemConstructorOptions = { type: 'separator' }

export function menuTemplate(platform: NodeJS.Platform, packaged: boolean, actions: MenuActions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const development: MenuItemConstructorOptions[] = [separator, { role: 'reload' }, { role: 'toggleDevTools' }]
  const view: MenuItemConstructorOptions[] = [
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
  ]
  const template: MenuItemConstructorOptions[] = [
    {
      label: '&File',
      submenu: [{ label: 'Show Project Folder', click: actions.showProject }, separator, { role: mac ? 'close' : 'quit' }],
    },
    { role: 'editMenu' },
    { label: '&View', submenu: packaged ? view : [...view, ...development] },
    { role: 'windowMenu' },
  ]
  if (mac) return [{ role: 'appMenu' }, ...template]
  return [...template, { role: 'help', label: '&Help', submenu: [{ role: 'about' }] }]
}
