/** Checks which Node executable the workers get in each kind of installation. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { installedNode, nodeExecutable, nodePackage, outsideArchive } from './node-path'

const folder = mkdtempSync(join(tmpdir(), 'handful-node-path-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a plain Node process runs its workers on itself', () => {
  expect(nodeExecutable()).toBe(process.execPath)
})

test('a packed Electron takes the Node among its resources', () => {
  mkdirSync(join(folder, 'node'))
  writeFileSync(join(folder, 'node', 'node'), '')
  const runtime = {
    platform: 'linux' as const,
    arch: 'x64',
    execPath: '/opt/app',
    versions: { electron: '45.0.0' },
    resourcesPath: folder,
  }
  expect(nodeExecutable(runtime)).toBe(join(folder, 'node', 'node'))
})

test('Electron run from the sources takes the installed package', () => {
  const { platform, arch } = process
  const runtime = {
    platform,
    arch,
    execPath: '/opt/electron',
    versions: { electron: '45.0.0' },
    resourcesPath: join(folder, 'none'),
  }
  expect(nodeExecutable(runtime)).toBe(installedNode(platform, arch, import.meta.url))
})

test('a platform without a Node package is an error that names it', () => {
  const runtime = { platform: 'sunos' as const, arch: 'x64', execPath: '/opt/app', versions: { electron: '45.0.0' } }
  expect(nodePackage('sunos', 'x64')).toBeUndefined()
  expect(() => nodeExecutable(runtime)).toThrow('sunos-x64')
})

test('paths inside the archive lead to their unpacked twins', () => {
  expect(outsideArchive(join('opt', 'app.asar', 'out', 'main', 'x.js'))).toBe(
    join('opt', 'app.asar.unpacked', 'out', 'main', 'x.js'),
  )
  expect(outsideArchive(join('home', 'out', 'main', 'x.js'))).toBe(join('home', 'out', 'main', 'x.js'))
})
