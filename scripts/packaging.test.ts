/** What the packed app is told not to do, and what goes in with it. */
import { expect, test } from 'vitest'
import { configuration } from './packaging'

test('every fuse that would open the app is blown', () => {
  expect(configuration.electronFuses).toEqual({
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  })
})

test('it loads from an archive, brings its licences, and looks for no updates', () => {
  expect(configuration.asar).toBe(true)
  expect(configuration.files).toContain('THIRD-PARTY.txt')
  expect(configuration.publish ?? null).toBeNull()
})
