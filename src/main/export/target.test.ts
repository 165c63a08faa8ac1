/** Where exports go: nothing half done, nothing overwritten, nothing among the images. */
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type ExportRequest } from '@shared/contract/exports'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { exportFrom, filesBelow, type Fixture, makeFixture, readCsv, request } from './project.fixture'
import { runExport } from './run'
import { writeWhole } from './target'

let fixture: Fixture
beforeEach(() => {
  fixture = makeFixture()
})
afterEach(() => fixture.remove())

const at = (name: string) => join(fixture.base, name)

const run = (asked: ExportRequest, signal?: AbortSignal, clusters?: number[]) => exportFrom(fixture, asked, signal, clusters)
const nothingLeft = () => expect(readdirSync(fixture.base).filter((name) => name.startsWith('.handful'))).toEqual([])

describe('targets', () => {
  beforeEach(async () => {
    fixture.add({ 'a.png': 'A' })
    await fixture.label('cat', ['A'])
  })

  test('an existing file is replaced only when that is said', async () => {
    writeFileSync(at('l.csv'), 'mine')
    await expect(run(request({ format: 'csv', target: at('l.csv') }))).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
    expect(readFileSync(at('l.csv'), 'utf8')).toBe('mine')
    await run(request({ format: 'csv', target: at('l.csv'), replace: true }))
    expect(readCsv(at('l.csv'))).toHaveLength(1)
    nothingLeft()
  })

  test('a folder is replaced only when it is an earlier export with nothing added', async () => {
    const asked = request({ format: 'folders', target: at('out'), replace: true })
    mkdirSync(at('out'))
    writeFileSync(at('out/thesis.txt'), 'years of work')
    await expect(run(asked)).rejects.toMatchObject({ code: 'TARGET_NOT_EXPORT' })
    unlinkSync(at('out/thesis.txt'))
    await run({ ...asked, replace: false }) // an empty folder is free
    await expect(run({ ...asked, replace: false })).rejects.toMatchObject({ code: 'TARGET_EXISTS' })
    fixture.add({ 'b.png': 'B' })
    await fixture.label('dog', ['B'])
    await run(asked)
    expect(filesBelow(at('out'))).toContain('dog/b.png')
    writeFileSync(at('out/dog/notes.txt'), 'mine')
    await expect(run(asked)).rejects.toThrow(/dog\/notes\.txt was added/)
    expect(existsSync(at('out/dog/notes.txt'))).toBe(true)
    nothingLeft()
  })

  test('nothing is written among the images or into the project, by whatever links', async () => {
    symlinkSync(fixture.images, at('door'))
    for (const target of [join(fixture.images, 'l.csv'), join(at('door'), 'l.csv'), fixture.images]) {
      await expect(run(request({ format: 'csv', target, replace: true }))).rejects.toMatchObject({ code: 'TARGET_INSIDE_IMAGES' })
    }
    const inside = join(fixture.store.folder, 'project.sqlite')
    await expect(run(request({ format: 'csv', target: inside, replace: true }))).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    expect(readdirSync(fixture.images)).toEqual(['a.png'])
  })

  test('a missing folder, an unknown format, wrong options and nothing to export are told', async () => {
    await expect(run(request({ format: 'csv', target: at('no/l.csv') }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(run(request({ format: 'xls', target: at('l') }))).rejects.toMatchObject({ code: 'UNKNOWN_ID' })
    await expect(run(request({ format: 'folders', target: at('l'), options: { how: 'move' } }))).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
      data: { name: 'how' },
    })
    await expect(run(request({ format: 'csv', target: at('l'), options: { bom: 1 } }))).rejects.toMatchObject({
      code: 'BAD_PARAMETER',
      data: { name: 'bom' },
    })
    await expect(run(request({ format: 'csv', target: at('l'), sources: ['audited'] }))).rejects.toMatchObject({
      code: 'NOTHING_TO_DO',
    })
  })

  test('a cancelled export leaves nothing', async () => {
    fixture.add(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}.png`, `image ${index}`])))
    await fixture.label(
      'cat',
      Array.from({ length: 200 }, (_, index) => `image ${index}`),
    )
    const abort = new AbortController()
    const asked = request({ format: 'folders', target: at('out') })
    const reader = openReader(fixture.store.folder)
    const tools = {
      clusters: null,
      fitSoftmax: () => ({ weights: new Float32Array() }),
      signal: abort.signal,
      report: () => abort.abort(new Error('stop')),
    }
    await expect(runExport(reader, asked, tools)).rejects.toThrow('stop')
    reader.close()
    expect(existsSync(at('out'))).toBe(false)
    nothingLeft()
  })

  test('a folder that may not be written is named', async () => {
    const plan = {
      target: at('l.csv'),
      kind: 'file' as const,
      replace: false,
      imageFolder: fixture.images,
      projectFolder: at('p'),
    }
    const refused = Object.assign(new Error('refused'), { code: 'EACCES' })
    await expect(writeWhole(plan, () => Promise.reject(refused))).rejects.toMatchObject({ code: 'TARGET_NOT_WRITABLE' })
  })

  test.runIf(existsSync('/dev/full'))('a full disk is told as such', async () => {
    const plan = {
      target: at('l.csv'),
      kind: 'file' as const,
      replace: false,
      imageFolder: fixture.images,
      projectFolder: fixture.store.folder,
    }
    await expect(
      writeWhole(plan, async (path) => {
        writeFileSync(path, 'some')
        writeFileSync('/dev/full', 'more')
      }),
    ).rejects.toMatchObject({ code: 'DISK_FULL', data: { path: at('l.csv') } })
    nothingLeft()
    expect(existsSync(at('l.csv'))).toBe(false)
  })

  test('originals keep their bytes and times', async () => {
    const before = lstatSync(join(fixture.images, 'a.png'))
    for (const how of ['copy', 'symlink']) {
      await run(request({ format: 'folders', target: at('out'), options: { how }, replace: true }))
      rmSync(at('out'), { recursive: true })
    }
    const after = lstatSync(join(fixture.images, 'a.png'))
    expect([after.mtimeMs, after.ctimeMs, after.mode, after.size]).toEqual([
      before.mtimeMs,
      before.ctimeMs,
      before.mode,
      before.size,
    ])
  })
})
