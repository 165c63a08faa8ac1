/** The window's guards, on a stand-in for Electron that records what it is told: each item of Electron's security checklist that code holds. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, test, vi } from 'vitest'
import { openMainWindow } from './main-window'

type Handler = (...args: never[]) => unknown

const told = vi.hoisted((): { options: Record<string, unknown>; url: string; handlers: Map<string, Handler> } => ({
  options: {},
  url: '',
  handlers: new Map(),
}))

vi.mock('electron', () => {
  const record = (name: string) => (handler: Handler) => void told.handlers.set(name, handler)
  const session = {
    setPermissionRequestHandler: record('permission request'),
    setPermissionCheckHandler: record('permission check'),
    setDevicePermissionHandler: record('device'),
    webRequest: { onBeforeRequest: record('request') },
  }
  const webContents = {
    session,
    setWindowOpenHandler: record('window open'),
    on: (name: string, handler: Handler) => void told.handlers.set(name, handler),
  }
  class BrowserWindow {
    webContents = webContents
    constructor(options: Record<string, unknown>) {
      told.options = options
    }
    on = (name: string, handler: Handler) => void told.handlers.set(`window ${name}`, handler)
    once = () => undefined
    loadURL = (url: string) => {
      told.url = url
      return Promise.resolve()
    }
  }
  const display = { workArea: { x: 0, y: 0, width: 1440, height: 900 } }
  return {
    BrowserWindow,
    app: { isPackaged: true },
    dialog: {},
    screen: { getPrimaryDisplay: () => display, getAllDisplays: () => [display] },
  }
})

beforeEach(() => {
  const settingsFolder = mkdtempSync(join(tmpdir(), 'handful-guards-'))
  openMainWindow({ preload: '/preload.cjs', settingsFolder, onReady: () => undefined, running: () => null })
})

const ask = (name: string, ...args: unknown[]) => (told.handlers.get(name) as (...args: unknown[]) => unknown)(...args)

test('the page has no Node, is isolated and sandboxed, and comes from the app itself', () => {
  expect(told.options['webPreferences']).toEqual({
    preload: '/preload.cjs',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
  })
  expect(told.url).toBe('app://local/')
})

test('no other window opens and no other page is gone to', () => {
  expect(ask('window open', { url: 'app://local/' })).toEqual({ action: 'deny' })
  for (const name of ['will-navigate', 'will-redirect']) {
    for (const [url, prevented] of [
      ['https://example.test/', 1],
      ['file:///etc/passwd', 1],
      ['app://local/label', 0],
    ] as const) {
      const event = { url, preventDefault: vi.fn() }
      ask(name, event)
      expect(event.preventDefault).toHaveBeenCalledTimes(prevented)
    }
  }
  const event = { preventDefault: vi.fn() }
  ask('will-attach-webview', event)
  expect(event.preventDefault).toHaveBeenCalledOnce()
})

test('every permission but copying to the clipboard is denied, asked for or checked', () => {
  for (const permission of ['media', 'geolocation', 'notifications', 'openExternal', 'usb', 'clipboard-read']) {
    const answer = vi.fn()
    ask('permission request', null, permission, answer)
    expect(answer).toHaveBeenCalledExactlyOnceWith(false)
    expect(ask('permission check', null, permission)).toBe(false)
  }
  expect(ask('permission check', null, 'clipboard-sanitized-write')).toBe(true)
  expect(ask('device', {})).toBe(false)
})

test('requests to anywhere else are cancelled before they are made', () => {
  for (const [url, cancel] of [
    ['https://example.test/a.js', true],
    ['wss://example.test', true],
    ['app://local/assets/a.js', false],
  ] as const) {
    const answer = vi.fn()
    ask('request', { url }, answer)
    expect(answer).toHaveBeenCalledExactlyOnceWith({ cancel })
  }
})
