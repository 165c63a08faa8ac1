/** Attacks the decisions about pages, frames and permissions. */
import { expect, test } from 'vitest'
import { isOwnPage, mayHave, mayLoad, mayNavigate } from './trust'

test('only the main frame of the app is heard', () => {
  expect(isOwnPage({ origin: 'app://local', parent: null })).toBe(true)
  expect(isOwnPage({ origin: 'app://local', parent: {} })).toBe(false)
  expect(isOwnPage({ origin: 'app://local.evil', parent: null })).toBe(false)
  expect(isOwnPage({ origin: 'null', parent: null })).toBe(false)
  expect(isOwnPage(null)).toBe(false)
})

test.each([
  'https://evil.test/',
  'file:///etc/passwd',
  'app://evil/',
  'javascript:alert(1)',
  'data:text/html,x',
  'about:blank',
  '',
])('the window does not go to %s', (url) => {
  expect(mayNavigate(url)).toBe(false)
})

test('the window goes to its own pages', () => {
  expect(mayNavigate('app://local/label')).toBe(true)
})

test.each(['media', 'geolocation', 'notifications', 'openExternal', 'clipboard-read', 'hid', 'fileSystem'])(
  'the permission %s is denied',
  (permission) => {
    expect(mayHave(permission)).toBe(false)
  },
)

test.each([
  'https://example.test/',
  'http://127.0.0.1:80/',
  'ws://example.test/',
  'file:///etc/passwd',
  'ftp://example.test',
  'app://other/',
  'devtools://x/',
  '',
])('the packed app loads nothing from %s', (url) => {
  expect(mayLoad(url, true)).toBe(false)
})

test('the page loads its own files and pictures made in it', () => {
  for (const url of ['app://local/assets/a.js', 'data:image/png;base64,AA==', 'blob:app://local/1'])
    expect(mayLoad(url, true)).toBe(true)
})
