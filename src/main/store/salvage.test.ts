/** Damaged databases: what can still be read is rescued beside them. */
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { random } from '../engine/random'
import { examine } from './doctor'
import { openProject } from './open'
import { addSamples, label, labelsByName, makeProject, ownFolder } from './project.fixture'
import { salvage } from './salvage'

const names = Array.from({ length: 40 }, (_, index) => `${index}.png`)
const at = ownFolder()
const make = () => makeProject(at('p.handful'), names)

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
