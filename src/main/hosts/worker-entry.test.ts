/** Finds workers in a build and in the sources, and runs a source through the loader in a real process. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { nodeExecutable } from './node-path'
import { workerArguments } from './worker-entry'

const folder = mkdtempSync(join(tmpdir(), 'handful-worker-entry-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a bundled caller finds the built worker from its chunk', () => {
  mkdirSync(join(folder, 'out', 'main', 'workers'), { recursive: true })
  writeFileSync(join(folder, 'out', 'main', 'workers', 'import.js'), '')
  expect(workerArguments('import', join(folder, 'out', 'main', 'chunks'))).toEqual([
    join(folder, 'out', 'main', 'workers', 'import.js'),
  ])
})

test('a caller in the archive gets the worker outside it', () => {
  const outside = join(folder, 'app.asar.unpacked', 'out', 'main')
  mkdirSync(join(outside, 'workers'), { recursive: true })
  writeFileSync(join(outside, 'workers', 'import.js'), '')
  expect(workerArguments('import', join(folder, 'app.asar', 'out', 'main'))).toEqual([join(outside, 'workers', 'import.js')])
})

test('an unknown worker is an error that names it', () => {
  expect(() => workerArguments('nobody', folder)).toThrow('nobody')
})

test('plain Node runs the sources through the loader: aliases and specifiers without extension', () => {
  const entry = join(folder, 'entry.ts')
  const model = pathToFileURL(join(import.meta.dirname, 'node-path')).href
  writeFileSync(
    entry,
    `import { sentence } from '@shared/errors'\nimport { nodePackage } from './beside'\nconsole.log(sentence('NO_PROJECT', {}), nodePackage('linux', 'x64'))\n`,
  )
  writeFileSync(join(folder, 'beside.ts'), `export { nodePackage } from '${model}.ts'\n`)
  const loader = pathToFileURL(join(import.meta.dirname, 'source-loader.ts')).href
  const printed = execFileSync(nodeExecutable(), ['--import', loader, entry], { encoding: 'utf8' })
  expect(printed.trim()).toBe('No project is open. node-linux-x64')
})
