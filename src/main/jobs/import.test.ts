import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createProject, openProject, type Store } from '../store/open'
import { importJob } from './import'
import type { JobContext } from './job'

let base: string
let root: string
let store: Store

const image = (red: number, side = 40) =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: red, g: 90, b: 10 } } })
const save = async (name: string, red: number) => writeFileSync(join(root, name), await image(red).png().toBuffer())

function context(signal = new AbortController().signal): JobContext {
  const report = () => undefined
  return { store, signal, report, changed: () => undefined, enqueue: () => '', threads: 2 }
}
const run = (signal?: AbortSignal) => importJob.run(context(signal), { automatic: false })
const rowOf = (path: string) =>
  store.database
    .prepare<[Buffer], { ordinal: number; present: number }>('SELECT * FROM file WHERE path = ?')
    .get(Buffer.from(path))

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'handful-import-'))
  root = join(base, 'images')
  mkdirSync(root)
  store = createProject(join(base, 'p.handful'), { root: Buffer.from(root), fit: 'letterbox', followLinks: false })
})
afterEach(() => {
  store.close()
  rmSync(base, { recursive: true, force: true })
})

test('copies are one sample, broken files are set apart, text files are no business of ours', async () => {
  await save('a.png', 1)
  await save('b.png', 2)
  mkdirSync(join(root, 'deep/er'), { recursive: true })
  cpSync(join(root, 'a.png'), join(root, 'deep/er/copy.png'))
  writeFileSync(join(root, 'broken.jpg'), 'no image')
  writeFileSync(join(root, 'empty.png'), '')
  writeFileSync(join(root, 'notes.txt'), 'hello')
  writeFileSync(join(root, 'README'), 'hello')
  await run()
  expect(store.samples.counts()).toEqual({ samples: 2, files: 3, duplicates: 1, missing: 0, quarantined: 2 })
  expect(store.files.quarantinePage(0, 10).rows.map(({ path, code }) => [path, code])).toEqual([
    ['broken.jpg', 'not-an-image'],
    ['empty.png', 'empty-file'],
  ])
})

test('a rescan tells new, changed, missing and moved files apart; labels stay with their image', async () => {
  for (const [index, name] of ['stay.png', 'move.png', 'gone.png', 'edit.png'].entries()) await save(name, index * 40)
  await run()
  const { id } = store.classes.create('boot')
  const ordinals = ['move.png', 'edit.png'].map((name) => rowOf(name)!.ordinal)
  await store.annotations.append({
    what: 'label',
    title: 't',
    sets: [{ classId: store.classes.idOf(id), source: 'human', ordinals }],
  })
  renameSync(join(root, 'move.png'), join(root, 'moved.png'))
  rmSync(join(root, 'gone.png'))
  await save('edit.png', 200)
  utimesSync(join(root, 'edit.png'), 5, 5)
  await save('new.png', 250)
  expect(await run()).toBe('4 images, 1 new, 1 changed, 1 moved, 1 missing')
  expect(rowOf('moved.png')!.ordinal).toBe(ordinals[0])
  expect(rowOf('gone.png')!.present).toBe(0)
  const after = rowOf('edit.png')!.ordinal
  expect(after).not.toBe(ordinals[1])
  expect(store.annotations.of([ordinals[0]!, after]).get(after)).toMatchObject([{ source: 'human', confirmed: false }])
  expect(store.annotations.unconfirmed()).toBe(1)
})

test('a changed file whose pixels are the same keeps its label confirmed', async () => {
  await save('a.png', 77)
  await run()
  const before = rowOf('a.png')!.ordinal
  const { id } = store.classes.create('boot')
  await store.annotations.append({
    what: 'label',
    title: 't',
    sets: [{ classId: store.classes.idOf(id), source: 'human', ordinals: [before] }],
  })
  writeFileSync(
    join(root, 'a.png'),
    await image(77)
      .png({ compressionLevel: 1 })
      .withExif({ IFD0: { Artist: 'someone' } })
      .toBuffer(),
  )
  await run()
  const after = rowOf('a.png')!.ordinal
  expect(after).not.toBe(before)
  expect(store.annotations.of([after]).get(after)).toMatchObject([{ confirmed: true }])
})

test('links are followed only when asked, and never in circles', async () => {
  await save('a.png', 1)
  symlinkSync(root, join(root, 'loop'))
  symlinkSync(join(root, 'a.png'), join(root, 'link.png'))
  await run()
  expect(store.samples.counts().files).toBe(1)
  store.meta.set('followLinks', 1)
  await run()
  expect(store.samples.counts()).toMatchObject({ samples: 1, files: 2 })
})

test('names that are no text are read and shown', async () => {
  const bytes = await image(9).png().toBuffer()
  writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff, 0x0a]), Buffer.from('.png')]), bytes)
  await run()
  expect(store.samples.rows([0])[0]!.path).toBe('bad\\xff\\x0a.png')
})

test('an import cut short goes on where it was, with nothing done twice', async () => {
  for (let index = 0; index < 300; index++)
    writeFileSync(
      join(root, `${index}.png`),
      await image(index % 256, 20 + Math.floor(index / 256))
        .png()
        .toBuffer(),
    )
  const abort = new AbortController()
  const cut = { ...context(abort.signal), changed: () => abort.abort(new Error('stop')) }
  await expect(importJob.run(cut, { automatic: false })).rejects.toThrow('stop')
  const before = store.samples.counts().samples
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(300)
  const folder = store.folder
  store.close()
  store = openProject(folder)
  await run()
  expect(store.samples.counts()).toMatchObject({ samples: 300, files: 300 })
  expect(store.samples.highest()).toBe(300)
})

test('clear errors for folders that hold nothing of use; the folder is never written', async () => {
  await expect(run()).rejects.toMatchObject({ code: 'FOLDER_EMPTY' })
  writeFileSync(join(root, 'a.jpg'), 'nothing')
  await expect(run()).rejects.toMatchObject({ code: 'NO_READABLE_IMAGE', data: { files: 1 } })
  expect(execFileSync('find', [root, '-type', 'f']).toString().trim()).toBe(join(root, 'a.jpg'))
  rmSync(root, { recursive: true })
  await expect(run()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(existsSync(root)).toBe(false)
})
