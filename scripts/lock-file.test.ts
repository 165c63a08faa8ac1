/** Checks that the lock file serves every platform from the public registry. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Locked {
  version?: string
  resolved?: string
  integrity?: string
  optionalDependencies?: Record<string, string>
}

const root = join(import.meta.dirname, '..')
const read = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, unknown>
const packages = read('package-lock.json')['packages'] as Record<string, Locked>
const locked = (name: string) => packages[`node_modules/${name}`]

/** How native packages name the four platforms. */
const platforms = [/\bwin(32)?-x64/, /darwin-arm64/, /linux-x64/, /linux-arm64/]
const named = /(win32|win|darwin|linux)-?(x64|arm64)/

const withNatives = Object.keys(packages).filter(
  (path) => !named.test(path) && Object.keys(packages[path]!.optionalDependencies ?? {}).some((name) => named.test(name)),
)

test.each(withNatives)('the natives of "%s" are locked for Windows, macOS and both Linux', (path) => {
  const natives = Object.keys(packages[path]!.optionalDependencies!).filter((name) => named.test(name))
  const families = platforms.map((platform) => natives.filter((name) => platform.test(name)))
  for (const family of families) {
    expect(family).not.toHaveLength(0)
    for (const name of family) expect(locked(name) ?? packages[`${path}/node_modules/${name}`], name).toBeDefined()
  }
})

test('the Node of every platform is locked at one version, with its checksum', () => {
  const nodes = Object.entries(read('package.json')['optionalDependencies'] as Record<string, string>)
  expect(new Set(nodes.map(([, version]) => version)).size).toBe(1)
  for (const [name, version] of nodes) {
    expect(locked(name)?.version).toBe(version)
    expect(locked(name)?.integrity).toMatch(/^sha512-/)
  }
})

test('everything comes from the public registry', () => {
  const elsewhere = Object.entries(packages).filter(
    ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
  )
  expect(elsewhere).toEqual([])
})

test('dependencies of the app are pinned to exact versions', () => {
  const manifest = read('package.json') as Record<string, Record<string, string>>
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies'])
    for (const [name, version] of Object.entries(manifest[kind]!)) expect(version, name).toMatch(/^\d/)
})
