/** Collects the licences of everything that is shipped into THIRD-PARTY.txt: `node --import … scripts/licences.ts` writes it. */
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { root } from './processes.ts'

interface Manifest {
  name: string
  version: string
  license?: string
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

export const target = join(root, 'THIRD-PARTY.txt')

/** Packages that the sources import, bundled or not. */
function imported(): string[] {
  const statement = /(?:from|import)\s*\(?['"]([^'".][^'"]*)['"]/g
  const names = new Set<string>()
  for (const file of globSync('src/**/*.{ts,vue}', { cwd: root })) {
    if (/\.(test|fixture)\.ts$/.test(file) || file.includes('/testing/')) continue
    for (const [, specifier] of readFileSync(join(root, file), 'utf8').matchAll(statement)) {
      const name = /^(@[\w.-]+\/)?[\w.-]+/.exec(specifier!)?.[0]
      if (name && !name.startsWith('@shared') && !specifier!.startsWith('node:') && name !== 'electron') names.add(name)
    }
  }
  return [...names]
}

/** The folder of a package as `from` sees it; undefined where it is not installed. */
function folderOf(name: string, from: string): string | undefined {
  for (const base of createRequire(join(from, 'x.js')).resolve.paths(name) ?? []) {
    if (existsSync(join(base, name, 'package.json'))) return join(base, name)
  }
  return undefined
}

/** Builds of one library for other platforms are the same work under another name; Node itself is added by hand. */
const isPlatform = (name: string) =>
  /-(linux|linuxmusl|darwin|win32|win|android|freebsd|wasm32)/.test(name) && !name.startsWith('@img/')

/** What is shipped by name, with what each needs. */
export function shipped(): Map<string, { folder: string; manifest: Manifest }> {
  const found = new Map<string, { folder: string; manifest: Manifest }>()
  const visit = (name: string, from: string): void => {
    const folder = folderOf(name, from)
    if (!folder || found.has(name) || isPlatform(name) || name.startsWith('@types/')) return
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest
    found.set(name, { folder, manifest })
    for (const dependency of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
      visit(dependency, folder)
  }
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest
  for (const name of [...Object.keys(dependencies), ...imported()]) visit(name, root)
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function textOf(folder: string): string {
  const files = readdirSync(folder).filter((name) => /^(licen[cs]e|copying|notice|third.?party)/i.test(name))
  return files
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n')
}

const line = '='.repeat(78)

function document(): string {
  const parts = [...shipped()].map(([name, { folder, manifest }]) => {
    const text = textOf(folder) || `(The package brings no text; its manifest says ${manifest.license ?? 'nothing'}.)`
    return `${line}\n${name} ${manifest.version}\nLicence: ${manifest.license ?? 'see below'}\n\n${text}\n`
  })
  const [node] = globSync('node_modules/{node-linux,node-darwin,node-bin,node-win}-*/LICENSE', { cwd: root })
  if (node) parts.push(`${line}\nNode.js, as the process that runs workers\n\n${readFileSync(join(root, node), 'utf8').trim()}\n`)
  const head = `Handful is under the MIT licence, see LICENSE. It ships or is built from the works below, each under its own licence.
Electron and Chromium bring LICENSES.chromium.html in the installed folder. Written by scripts/licences.ts.\n\n`
  return head + parts.join('\n')
}

if (process.argv[1] && dirname(process.argv[1]) === join(root, 'scripts') && process.argv[1].endsWith('licences.ts'))
  writeFileSync(target, document())
