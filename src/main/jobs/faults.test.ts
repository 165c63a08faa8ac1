/** Disks that fill up, folders that go away and come back, files that change while they are read, paths at the limit. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { request } from '../export/project.fixture'
import { ProjectMedia } from '../handlers/media'
import type { Session } from '../handlers/session'
import { examine } from '../store/doctor'
import { createProject, type Store } from '../store/open'
import { DecodePool } from './decode-pool'
import { exportJob } from './export'
import { importJob } from './import'
import type { JobContext } from './job'

let base: string
let root: string
const open: Store[] = []
const mounts: string[] = []

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'handful-faults-'))
  root = join(base, 'images')
  mkdirSync(root)
})
afterEach(() => {
  for (const store of open.splice(0)) store.close()
  for (const path of mounts.splice(0)) execFileSync('umount', ['-l', path])
  rmSync(base, { recursive: true, force: true })
})

const picture = (number: number, side = 64) =>
  sharp(
    Buffer.from(
      Uint8Array.from({ length: side * side * 3 }, (_, index) => (index * (number * 2 + 3) + (index >> 5) * number) & 255),
    ),
    {
      raw: { width: side, height: side, channels: 3 },
    },
  )
    .png()
    .toBuffer()

function project(folder: string): Store {
  const store = createProject(folder, { root: Buffer.from(root), fit: 'letterbox', followLinks: false })
  open.push(store)
  return store
}

const contextOf = (store: Store): JobContext => ({
  store,
  signal: new AbortController().signal,
  report: () => undefined,
  changed: () => undefined,
  enqueue: () => '',
  threads: 1,
})
const read = (store: Store) => importJob.run(contextOf(store), { automatic: false })

/** One class for all images, so that there is something to export. */
async function labelAll(store: Store): Promise<void> {
  const ordinals = Array.from({ length: store.samples.highest() }, (_, ordinal) => ordinal)
  const classId = store.classes.idOf(store.classes.create('cat').id)
  await store.annotations.append({ what: 'label', title: 't', sets: [{ classId, source: 'human', ordinals }] })
}

/** A file system of its own, where this may be made; a folder elsewhere. */
function smallDisk(kilobytes: number): { path: string; small: boolean; grow: () => void } {
  const path = join(base, 'disk')
  mkdirSync(path)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'none', path], { stdio: 'ignore' })
    mounts.push(path)
    return { path, small: true, grow: () => execFileSync('mount', ['-o', 'remount,size=64m', path]) }
  } catch {
    return { path, small: false, grow: () => undefined }
  }
}

test('an import onto a disk that fills up says so; with more room it goes on and nothing is lost', async () => {
  for (let number = 0; number < 150; number++) writeFileSync(join(root, `${number}.png`), await picture(number))
  const disk = smallDisk(2600) // room by the estimate, less than is needed
  const store = project(join(disk.path, 'p.handful'))
  const filler = join(disk.path, 'filler')
  if (disk.small) writeFileSync(filler, Buffer.alloc(400_000))
  const first = await read(store).catch((cause: unknown) => cause)
  if (disk.small) expect(first).toMatchObject({ code: 'DISK_FULL' })
  disk.grow()
  await read(store)
  expect(store.samples.counts()).toMatchObject({ samples: 150, files: 150, quarantined: 0 })
  expect(await examine(store.folder)).toEqual([])
})

test('an export onto a disk that fills up leaves nothing that could be taken for one', async () => {
  for (let number = 0; number < 60; number++)
    writeFileSync(join(root, `${'long name '.repeat(20)}${number}.png`), await picture(number, 16))
  const store = project(join(base, 'p.handful'))
  await read(store)
  await labelAll(store)
  const disk = smallDisk(12)
  for (const format of ['csv', 'jsonl', 'folders']) {
    const target = join(disk.path, format)
    const asked = request({ format, target })
    const outcome = await exportJob.run(contextOf(store), asked).catch((cause: unknown) => cause)
    if (!disk.small) continue
    expect(outcome).toMatchObject({ code: 'DISK_FULL' })
    expect(existsSync(target)).toBe(false)
    expect(readdirSync(disk.path)).toEqual([])
  }
  disk.grow()
  const target = join(disk.path, 'again.csv')
  expect(await exportJob.run(contextOf(store), request({ format: 'csv', target }))).toBe('60 rows')
}, 120_000)

test('an image folder that is unmounted, or mounted empty, loses nothing; mounted elsewhere it is known by its content', async () => {
  for (let number = 0; number < 8; number++) writeFileSync(join(root, `${number}.png`), await picture(number))
  const store = project(join(base, 'p.handful'))
  await read(store)
  const classId = store.classes.idOf(store.classes.create('cat').id)
  await store.annotations.append({ what: 'label', title: 't', sets: [{ classId, source: 'human', ordinals: [0, 1, 2] }] })
  const before = store.samples.counts()

  renameSync(root, join(base, 'elsewhere'))
  await expect(read(store)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  mkdirSync(root)
  await expect(read(store)).rejects.toMatchObject({ code: 'FOLDER_EMPTY' })
  expect(store.samples.counts()).toEqual(before)

  mkdirSync(join(base, 'new place'))
  renameSync(join(base, 'elsewhere'), join(base, 'new place/deeper'))
  store.meta.set('root', Buffer.from(join(base, 'new place')))
  expect(await read(store)).toBe('8 images, 8 moved')
  expect(store.samples.counts()).toEqual(before)
  expect([...store.annotations.of([0, 1, 2, 3]).keys()]).toEqual([0, 1, 2])
})

test('an image that became a link out of the folder is neither read, shown nor exported, unless links are followed', async () => {
  const own = await picture(1) // so that only the link tells the one outside from it
  writeFileSync(join(root, 'a.png'), own)
  mkdirSync(join(root, 'below'))
  writeFileSync(join(root, 'below/b.png'), await picture(3))
  writeFileSync(join(base, 'secret.png'), own)
  const store = project(join(base, 'p.handful'))
  await read(store)
  await labelAll(store)
  unlinkSync(join(root, 'a.png'))
  symlinkSync(join(base, 'secret.png'), join(root, 'a.png'))
  renameSync(join(root, 'below'), join(base, 'elsewhere'))
  symlinkSync(join(base, 'elsewhere'), join(root, 'below'))

  const media = new ProjectMedia({ current: { store } } as unknown as Session)
  expect(await media.image(0)).toBe(null)
  expect(await media.image(1)).toBe(null)
  const target = join(base, 'export')
  expect(await exportJob.run(contextOf(store), request({ format: 'folders', target }))).toMatch(/2 left out/)
  expect(readdirSync(target, { recursive: true }).filter((one) => String(one).endsWith('.png'))).toEqual([])

  const pool = new DecodePool(new AbortController().signal)
  const opened = { projectFolder: store.folder, root: Buffer.from(root), inputSize: 32, fit: 'crop' as const, pixelsOnly: false }
  const found = [0, 1].flatMap((ordinal) => store.files.placesOf([ordinal]))
  const outcomes: string[] = []
  try {
    for (const followLinks of [false, true]) {
      pool.open({ ...opened, followLinks })
      await pool.decode(found, (some) => {
        for (const one of some) outcomes.push(one.problem?.code ?? 'read')
        return Promise.resolve()
      })
    }
  } finally {
    await pool.close()
  }
  expect(outcomes).toEqual(['unreadable', 'unreadable', 'read', 'read'])
})

test('a file that grows while it is read is set apart for now, and read when it is whole', async () => {
  const store = project(join(base, 'p.handful'))
  const whole = await picture(1)
  writeFileSync(join(root, 'whole.png'), await picture(2))
  const path = join(root, 'growing.png')
  writeFileSync(path, whole.subarray(0, 300))
  const growth = setInterval(() => appendFileSync(path, Buffer.alloc(200_000)), 1)
  await read(store).finally(() => clearInterval(growth))
  const [problem] = store.files.quarantinePage(0, 5).rows
  expect(problem).toMatchObject({ path: 'growing.png', code: expect.stringMatching(/^(changed-while-read|truncated|damaged)$/) })
  writeFileSync(path, whole)
  await read(store)
  expect(store.samples.counts()).toMatchObject({ samples: 2, files: 2, quarantined: 0 })
})

test('an image at the end of a path of 4,000 characters is read, shown and exported like any other', async () => {
  const parts = Math.floor((3990 - root.length) / 201)
  const folder = join(root, ...Array.from({ length: parts }, () => 'd'.repeat(200)))
  mkdirSync(folder, { recursive: true })
  const name = `${'n'.repeat(4000 - folder.length - 5)}.png`
  writeFileSync(join(folder, name), await picture(3))
  expect(join(folder, name)).toHaveLength(4000)
  const store = project(join(base, 'p.handful'))
  expect(await read(store)).toBe('1 images')
  expect(store.samples.rows([0])[0]!.path).toHaveLength(4000 - root.length - 1)
  await labelAll(store)
  const target = join(base, 'export')
  await exportJob.run(contextOf(store), request({ format: 'folders', target }))
  expect(readdirSync(target, { recursive: true }).filter((one) => String(one).endsWith('.png'))).toHaveLength(1)
})
