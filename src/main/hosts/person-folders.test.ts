/** Checks where settings and projects go on each platform. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { personFolders } from './person-folders'

const home = join('nowhere', 'ada')

test('each platform keeps settings where it is used to', () => {
  expect(personFolders({ platform: 'linux', home, environment: {} }).settings).toBe(join(home, '.config', 'handful'))
  expect(personFolders({ platform: 'linux', home, environment: { XDG_CONFIG_HOME: 'x' } }).settings).toBe(join('x', 'handful'))
  expect(personFolders({ platform: 'darwin', home, environment: {} }).settings).toBe(
    join(home, 'Library', 'Application Support', 'Handful'),
  )
  expect(personFolders({ platform: 'win32', home, environment: { APPDATA: 'roaming' } }).settings).toBe(
    join('roaming', 'Handful'),
  )
})

test('projects go to the home folder where there is no Documents', () => {
  expect(personFolders({ platform: 'linux', home, environment: {} }).projects).toBe(join(home, 'Handful'))
})

test('HANDFUL_HOME holds both', () => {
  const environment = { HANDFUL_HOME: 'mine' }
  expect(personFolders({ platform: 'linux', home, environment })).toEqual({
    settings: join('mine', 'settings'),
    projects: join('mine', 'projects'),
  })
})
