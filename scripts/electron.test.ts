/** Checks the words for the ways in which Electron dies, from its real messages. */
import { expect, test } from 'vitest'
import { whyElectronDied } from './electron'

test.each([
  ['[1:0101/120000.0:ERROR:ozone_platform_x11.cc(240)] Missing X server or $DISPLAY', 'there is no display'],
  ['[FATAL:electron_main_delegate.cc(288)] Running as root without --no-sandbox is not supported.', 'it does not run as root'],
  [
    'FATAL:setuid_sandbox_host.cc(158)] The SUID sandbox helper binary was found, but is not configured correctly.',
    'this system does not allow its sandbox (user namespaces)',
  ],
  [
    'electron: error while loading shared libraries: libgtk-3.so.0: cannot open shared object file',
    'this system lacks the library libgtk-3.so.0',
  ],
])('%s', (errors, why) => {
  expect(whyElectronDied(errors, 1)).toBe(why)
})

test('otherwise the way it ended is told', () => {
  expect(whyElectronDied('', 7)).toBe('it ended with code 7')
  expect(whyElectronDied('', null)).toBe('it was killed')
})
