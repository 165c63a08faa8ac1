/** Projects that were damaged, copied, left by an older version or a killed process: what is found, repaired, rescued and merged. */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { random } from '../engine/random'
import { backUp } from './backup'
import { examine } from './doctor'
import { putEmbeddings } from './embeddings'
import { storageFailure } from './failures'
import { mergeLog } from './merge'
import { migrations } from './migrations'
import { openProject, type Store } from './open'
import { addSamples, label, labelsByName, makeProject } from './project.fixture'
import { repair } from './repair'
import { salvage } from './salvage'

let base: string
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'handful-care-'))))
afterEach(() => rmSync(base, { recursive: true, force: true }))

const names = Array.from({ length: 40 }, (_, index) => `${index}.png`)
const at = (name: string) => join(base, name)
const make = () => makeProject(at('p.handful'), names)

describe('the doctor', () => {
  test('finds nothing in a sound project, whatever was done and undone in it', async () => {
    const store = make()
    await label(store, 'cat', [1, 2, 3])
    await label(store, 'dog', [3, 4])
    await store.annotations.undo()
    await label(store, null, [2])
    await store.annotations.undo()
    await store.annotations.redo()
    expect(await examine(store.folder)).toEqual([])
    store.close()
  })

  test('does not take an act that is being written for a fault', async () => {
    const store = make()
    const writing = label(store, 'cat', [1, 2])
    expect(await examine(store.folder)).toEqual([])
    await writing
    store.close()
  })

  test('finds labels that the log does not say, embeddings cut short and folders left over, and repairs them', async () => {
    const store = make()
    await label(store, 'cat', [1, 2, 3])
    await label(store, 'dog', [7])
    store.runs.create({ id: 'r', task: 't', parameters: {}, seed: 0, inputSize: 32 })
    store.runs.fitted('r', { inputSize: 32, dimensions: 2, seconds: 1, scores: {}, notes: [] })
    putEmbeddings(store.database, 'r', 0, [0], Float32Array.of(1, 2))
    store.database.exec(
      "UPDATE embedding SET data = x'00'; DELETE FROM label WHERE ordinal = 1; UPDATE label SET class = NULL WHERE ordinal = 7",
    )
    mkdirSync(join(store.folder, 'runs/gone'), { recursive: true })
    const found = await examine(store.folder)
    expect(found.map(({ code, repairable }) => [code, repairable])).toEqual([
      ['labels', true],
      ['embeddings', true],
      ['leftovers', true],
    ])
    await repair(store, found)
    expect(await examine(store.folder)).toEqual([])
    expect(Object.values(labelsByName(store)).sort()).toEqual(['cat', 'cat', 'cat', 'dog'])
    expect(existsSync(join(store.folder, 'runs/gone'))).toBe(false)
    store.close()
  })

  test('tells what only a person can make right: gaps in the numbers, lost encoders, packs and references', async () => {
    const store = make()
    store.runs.create({ id: 'r', task: 't', parameters: {}, seed: 0, inputSize: 32 })
    store.runs.setState('r', 'ready')
    store.database.pragma('foreign_keys = OFF')
    store.database.exec('DELETE FROM sample WHERE ordinal = 5; UPDATE sample SET thumb_bytes = 9 WHERE ordinal = 6')
    const found = await examine(store.folder)
    expect(found.map(({ code }) => code)).toEqual(['references', 'ordinals', 'thumbnails', 'encoders'])
    expect(found.some(({ repairable }) => repairable)).toBe(false)
    store.close()
  })
})

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

describe('a damaged database', () => {
  /** Overwrites pages with noise, those that say which tables there are excepted. */
  function damage(path: string, seed: number, count: number) {
    const database = new Database(path, { readonly: true })
    const pages = database.prepare<[], number>("SELECT pageno FROM dbstat WHERE name <> 'sqlite_schema'").pluck().all()
    database.close()
    const file = openSync(path, 'r+')
    const draw = random(seed)
    for (let index = 0; index < count; index++) {
      const page = pages[draw.below(pages.length)]! - 1
      writeSync(file, Buffer.from(Array.from({ length: 4096 }, () => Math.floor(draw.next() * 256))), 0, 4096, page * 4096)
    }
  }

  test.each([1, 2, 3, 4, 5, 6])('gives what can still be read, and stays beside the new one (damage %i)', async (seed) => {
    const store = make()
    addSamples(
      store,
      Array.from({ length: 800 }, (_, index) => `more ${index}.png`),
    )
    for (let index = 0; index < 30; index++) await label(store, `class ${index}`, [index, index + 1])
    store.close()
    damage(at('p.handful/project.sqlite'), seed, 3)
    const before = readFileSync(at('p.handful/project.sqlite'))
    const { kept, rows } = salvage(at('p.handful'))
    expect(readFileSync(kept).equals(before)).toBe(true)
    expect(rows['meta']).toBeGreaterThan(3)
    const again = openProject(at('p.handful'))
    await again.annotations.catchUp()
    expect(await examine(again.folder)).toEqual([])
    expect(again.database.pragma('integrity_check', { simple: true })).toBe('ok')
    again.close()
  })

  test('images whose rows are lost keep their number and their labels, and count as changed', async () => {
    const store = make()
    await label(store, 'cat', [3, 5, 39])
    store.database.pragma('foreign_keys = OFF')
    store.database.exec('DELETE FROM sample WHERE ordinal IN (5, 39)')
    store.close()
    salvage(at('p.handful'))
    const again = openProject(at('p.handful'))
    await again.annotations.catchUp()
    expect(again.samples.highest()).toBe(40)
    expect([...again.annotations.of([3, 5, 39]).keys()]).toEqual([3, 5, 39])
    again.files.startScan()
    expect(again.files.see(names.map((name) => ({ path: Buffer.from(name), bytes: 5, mtimeMs: 1 })))).toBe(2)
    expect(await examine(again.folder)).toEqual([])
    again.close()
  })

  test('an undamaged one loses nothing', async () => {
    const store = make()
    await label(store, 'cat', [1, 2])
    await store.annotations.undo()
    await label(store, 'dog', [2])
    const labels = labelsByName(store)
    store.close()
    salvage(at('p.handful'))
    const again = openProject(at('p.handful'))
    await again.annotations.catchUp()
    expect(labelsByName(again)).toEqual(labels)
    expect(again.annotations.log(0, 10).total).toBe(3)
    again.close()
  })

  test('one that gives nothing stays as it is', () => {
    mkdirSync(at('x.handful'))
    writeFileSync(at('x.handful/project.sqlite'), Buffer.alloc(9000, 1))
    expect(() => salvage(at('x.handful'))).toThrow(expect.objectContaining({ code: 'PROJECT_DAMAGED' }))
    expect(readFileSync(at('x.handful/project.sqlite'))).toEqual(Buffer.alloc(9000, 1))
    expect(readdirSync(at('x.handful')).filter((name) => name.includes('.new'))).toEqual([])
  })
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

describe('two copies of one project', () => {
  let [mine, theirs]: Store[] = []
  beforeEach(async () => {
    mine = make()
    await label(mine, 'cat', [0, 1])
    await label(mine, 'dog', [2])
    mine.close()
    cpSync(mine.folder, at('q.handful'), { recursive: true })
    mine = openProject(at('p.handful'))
    theirs = openProject(at('q.handful'))
  })
  afterEach(() => {
    mine!.close()
    theirs!.close()
  })
  const pause = () => new Promise((resolve) => setTimeout(resolve, 3))

  test('hold afterwards every act of both, the later one counts, and it does not matter which is merged into which', async () => {
    await label(mine!, 'owl', [5, 6])
    await pause()
    await label(theirs!, 'Owl', [6, 7])
    await label(theirs!, 'cow', [0])
    await pause()
    await label(mine!, 'cat', [7])
    await pause()
    await theirs!.annotations.undo()
    addSamples(theirs!, ['only there.png'])
    await label(theirs!, 'cow', [40])
    await pause()

    cpSync(mine!.folder, at('m.handful'), { recursive: true, filter: (path) => !path.includes('lock') })
    const copy = openProject(at('m.handful'))
    expect(await mergeLog(copy, theirs!)).toEqual({ acts: 4, classes: 1, samples: 1 })
    const there = await mergeLog(theirs!, mine!)
    expect(there.acts).toBe(2)
    expect(labelsByName(copy)).toEqual(labelsByName(theirs!))
    expect(Object.values(labelsByName(copy)).filter((name) => name === 'cow')).toHaveLength(1)
    const order = (store: Store) => store.annotations.log(0, 100).rows.map(({ id, undone }) => [id, undone])
    expect(order(copy)).toEqual(order(theirs!))
    for (const store of [copy, theirs!]) expect(await examine(store.folder)).toEqual([])
    expect(await mergeLog(copy, theirs!)).toEqual({ acts: 0, classes: 0, samples: 0 })
    copy.close()
  })

  test('an act that both had and one undid is undone, and undo goes on from there', async () => {
    await theirs!.annotations.undo()
    await mergeLog(mine!, theirs!)
    expect(Object.values(labelsByName(mine!))).toEqual(['cat', 'cat'])
    expect(mine!.annotations.undoable()).toMatchObject({ undo: 'cat', redo: 'dog' })
    await mine!.annotations.redo()
    expect(Object.values(labelsByName(mine!)).sort()).toEqual(['cat', 'cat', 'dog'])
    expect(await examine(mine!.folder)).toEqual([])
  })

  test('another project is refused', async () => {
    const other = makeProject(at('o.handful'), names)
    await expect(mergeLog(mine!, other)).rejects.toMatchObject({ code: 'BAD_PARAMETER' })
    other.close()
  })
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
  const long = join(base, ...Array.from({ length: 16 }, () => 'x'.repeat(245)))
  expect(long.length).toBeGreaterThan(3900)
  let made: Store | null = null
  try {
    made = makeProject(join(long, 'p.handful'), names)
  } catch (cause) {
    expect(cause).toMatchObject({ code: expect.stringMatching(/^(NOT_FOUND|PROJECT_READ_ONLY|BAD_PARAMETER)$/) })
  }
  made?.close()
  execFileSync('rm', ['-rf', join(base, 'x'.repeat(245))])
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
  chmodSync(base, 0o755)
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
