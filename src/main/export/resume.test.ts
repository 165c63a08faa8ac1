/** Checks that an export whose process was killed in the middle goes on where it was. */
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { type Fixture, makeFixture, request } from './project.fixture'
import { runExport } from './run'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
})
afterEach(() => fixture.remove())

const source = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, file)).href)

test('images that were copied before kill -9 are not copied again, and the rest follows', async () => {
  const contents = Array.from({ length: 100 }, (_, index) => `image ${index}`)
  fixture.add(Object.fromEntries(contents.map((content, index) => [`${String(index).padStart(3, '0')}.png`, content])))
  await fixture.label('cat', contents)
  const asked = request({ format: 'folders', target: join(fixture.base, 'out') })
  const script = `import { openReader } from ${source('../store/reader.ts')}
    import { runExport } from ${source('run.ts')}
    const report = ({ done }) => { if (done >= 32) process.kill(process.pid, 'SIGKILL') }
    await runExport(openReader(${JSON.stringify(fixture.store.folder)}), ${JSON.stringify(asked)},
      { clusters: null, fitSoftmax: () => ({ weights: new Float32Array() }), signal: new AbortController().signal, report })`
  const loader = pathToFileURL(join(import.meta.dirname, '../hosts/source-loader.ts')).href
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], { stdio: 'inherit' })
  const signal = await new Promise((resolve) => child.once('exit', (_code, by) => resolve(by)))
  expect(signal).toBe('SIGKILL')

  expect(existsSync(asked.target)).toBe(false)
  const [left] = readdirSync(fixture.base).filter((name) => name.startsWith('.handful-'))
  const placed = readdirSync(join(fixture.base, left!, 'cat'))
  expect(placed.length).toBeGreaterThan(0)
  expect(placed.length).toBeLessThan(contents.length)
  const inodes = new Map(placed.map((name) => [name, statSync(join(fixture.base, left!, 'cat', name)).ino]))

  const reader = openReader(fixture.store.folder)
  await runExport(reader, asked, {
    clusters: null,
    fitSoftmax: () => ({ weights: new Float32Array() }),
    signal: new AbortController().signal,
    report: () => undefined,
  })
  reader.close()
  const whole = readdirSync(join(asked.target, 'cat')).sort()
  expect(whole.map((name) => readFileSync(join(asked.target, 'cat', name), 'utf8'))).toEqual(contents)
  for (const [name, ino] of inodes) expect(statSync(join(asked.target, 'cat', name)).ino).toBe(ino)
  expect(readdirSync(fixture.base).filter((name) => name.startsWith('.handful-'))).toEqual([])
  expect(
    readFileSync(join(asked.target, 'SHA256SUMS'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('cat/')),
  ).toHaveLength(100)
})
