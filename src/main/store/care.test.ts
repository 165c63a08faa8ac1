/** Backups, older formats, killed processes, full disks and places that cannot hold a project. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { backUp } from './backup'
import { examine } from './doctor'
import { storageFailure } from './failures'
import { migrations } from './migrations'
import { openProject, type Store } from './open'
import { label, labelsByName, makeProject, ownFolder } from './project.fixture'

const names = Array.from({ length: 40 }, (_, index) => `${index}.png`)
const at = ownFolder()
const make = () => makeProject(at('p.handful'), names)

test('a backup taken during use opens as the project it was', async () => {
  const store = make()
  await label(store, 'cat', [1])
  const copy = backUp(store)
  await label(store, 'dog', [2])
  const { path, bytes } = await copy
  expect(bytes).toBe(readFileSync(path).length)
  mkdirSync(at('again.handful'))
  cpSync(path, at('again.handful/project.sqlite'))
  const again = openProject(at('again.handful'))
  expect(Object.values(labelsByName(again))).toContain('cat')
  expect(await examine(again.folder)).toEqual([])
  again.close()
  store.close()
})

describe('migrations', () => {
  const prefixes = Array.from({ length: migrations.length }, (_, index) => index + 1)

  test.each(prefixes)('a project of format %i opens, keeps its rows, and has a backup when it was changed', async (format) => {
    const folder = at('old.handful')
    mkdirSync(folder)
    const old = new Database(join(folder, 'project.sqlite'))
    for (const migration of migrations.slice(0, format)) old.exec(migration)
    old.pragma(`user_version = ${format}`)
    old.exec(`
      INSERT INTO meta VALUES ('id', 'x'), ('name', 'old'), ('root', x'2f'), ('fit', 'crop'), ('followLinks', 0), ('createdAt', 1);
      INSERT INTO sample (ordinal, sha256, pixel_hash, width, height, format, bytes, thumb_pack, thumb_offset, thumb_bytes, thumb_type)
        VALUES (0, x'00', x'00', 1, 1, 'png', 1, 0, 0, 0, 'image/png'), (1, x'01', x'01', 1, 1, 'png', 1, 0, 0, 0, 'image/png');
      INSERT INTO class (id, uuid, name, color, created_at) VALUES (1, 'c', 'cat', 'red', 1);
      INSERT INTO annotation (seq, uuid, at, who, what, title, samples) VALUES (1, 'a', 1, 'person', 'label', 't', 1);
      INSERT INTO annotation_set (annotation, class, source, first, last, ordinals) VALUES (1, 1, 'human', 1, 1, x'01')`)
    old.close()
    const store = openProject(folder)
    await store.annotations.catchUp()
    expect(store.database.pragma('user_version', { simple: true })).toBe(migrations.length)
    expect(store.annotations.of([0, 1])).toEqual(new Map([[1, [expect.objectContaining({ classId: 1, source: 'human' })]]]))
    expect(await examine(folder)).toEqual([])
    const backups = readdirSync(folder).filter((name) => name.includes('backup'))
    expect(backups).toEqual(format === migrations.length ? [] : [`project-format-${format}.backup.sqlite`])
    if (backups[0]) {
      const backup = new Database(join(folder, backups[0]), { readonly: true })
      expect(backup.pragma('user_version', { simple: true })).toBe(format)
      expect(backup.prepare('SELECT count(*) FROM annotation').pluck().get()).toBe(1)
      backup.close()
    }
    store.close()
  })
})

test('the lock of a killed process is no lock', async () => {
  const store = make()
  store.close()
  const loader = pathToFileURL(join(import.meta.dirname, '../hosts/source-loader.ts')).href
  const script = `import { openProject } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'open.ts')).href)}
    const store = openProject(${JSON.stringify(store.folder)}); console.log('open'); setInterval(() => store.folder, 1000)`
  const child = spawn(process.execPath, ['--import', loader, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    expect(() => openProject(store.folder)).toThrow(expect.objectContaining({ code: 'PROJECT_IN_USE' }))
  } finally {
    child.kill('SIGKILL')
    await ended
  }
  openProject(store.folder).close()
})

test('a full disk fails the act that does not fit, and nothing before it is lost', async () => {
  const store = make()
  await label(store, 'cat', [1])
  const page = store.database.pragma('page_count', { simple: true }) as number
  store.database.pragma(`max_page_count = ${page + 2}`) // what a full disk is to SQLite
  const ordinals = Array.from({ length: 40 }, (_, index) => index)
  const fill = async () => {
    for (let index = 0; index < 2000; index++) await label(store, 'cat', ordinals)
  }
  const failure = await fill().catch((cause: unknown) => storageFailure(cause, store.folder))
  expect(failure).toMatchObject({ code: 'DISK_FULL', data: { path: store.folder } })
  const { total } = store.annotations.log(0, 1)
  store.close()
  const again = openProject(store.folder)
  await again.annotations.catchUp()
  expect(again.annotations.log(0, 1).total).toBe(total)
  expect(await examine(again.folder)).toEqual([])
  again.close()
})

test('a clock that goes backwards changes neither the order of acts nor their undo', async () => {
  const store = make()
  await label(store, 'cat', [1])
  const { now } = Date
  Date.now = () => now() - 3_600_000
  try {
    await label(store, 'dog', [1])
    expect(Object.values(labelsByName(store))).toEqual(['dog'])
    await store.annotations.undo()
    expect(Object.values(labelsByName(store))).toEqual(['cat'])
  } finally {
    Date.now = now
  }
  expect(await examine(store.folder)).toEqual([])
  store.close()
})

test('a project folder whose path has 4,000 characters opens or says what is wrong', () => {
  const long = join(at(''), ...Array.from({ length: 16 }, () => 'x'.repeat(245)))
  expect(long.length).toBeGreaterThan(3900)
  let made: Store | null = null
  try {
    made = makeProject(join(long, 'p.handful'), names)
  } catch (cause) {
    expect(cause).toMatchObject({ code: expect.stringMatching(/^(NOT_FOUND|PROJECT_READ_ONLY|BAD_PARAMETER)$/) })
  }
  made?.close()
  execFileSync('rm', ['-rf', at('x'.repeat(245))])
})

test('a place that can hold no folder is refused at once', () => {
  writeFileSync(at('file'), '')
  expect(() => makeProject(join(at('file'), 'p.handful'), names)).toThrow()
  if (process.platform === 'linux')
    expect(() => makeProject('/proc/none/p.handful', names)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
})

test('a project that became read-only is refused in these words, and opens again once it may be written', () => {
  const store = make()
  store.close()
  const asNobody = (work: () => void) => {
    const root = process.geteuid?.() === 0
    if (root) process.seteuid!(65_534)
    try {
      work()
    } finally {
      if (root) process.seteuid!(0)
    }
  }
  const setMode = (folder: number, file: number) => {
    for (const name of readdirSync(store.folder)) chmodSync(join(store.folder, name), file)
    chmodSync(store.folder, folder)
  }
  chmodSync(at(''), 0o755)
  setMode(0o555, 0o444)
  asNobody(() => expect(() => openProject(store.folder)).toThrow(expect.objectContaining({ code: 'PROJECT_READ_ONLY' })))
  setMode(0o777, 0o666)
  asNobody(() => openProject(store.folder).close())
})

test('a project whose making was cut short is made at its second try; anything else in its place is left alone', () => {
  mkdirSync(at('empty.handful'))
  writeFileSync(at('empty.handful/project.sqlite'), '')
  const store = makeProject(at('q.handful'), [])
  store.database.exec('DELETE FROM meta') // the tables were there, the facts not yet
  store.close()
  for (const name of ['empty.handful', 'q.handful']) {
    makeProject(at(name), names).close()
    expect(() => makeProject(at(name), names)).toThrow(expect.objectContaining({ code: 'PROJECT_EXISTS' }))
    openProject(at(name)).close()
  }
  mkdirSync(at('foreign.handful'))
  const foreign = new Database(at('foreign.handful/project.sqlite'))
  foreign.exec('CREATE TABLE mine (x); INSERT INTO mine VALUES (1)')
  foreign.close()
  expect(() => makeProject(at('foreign.handful'), names)).toThrow(expect.objectContaining({ code: 'PROJECT_EXISTS' }))
})
