import { mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { migrations } from './migrations'
import { openProject } from './open'
import { encodeSet } from './sample-set'

test('a project of the first format opens with its labels, classes and log, and undo reaches back into it', async () => {
  const base = mkdtempSync(join(tmpdir(), 'handful-migrate-'))
  onTestFinished(() => rmSync(base, { recursive: true, force: true }))
  const folder = join(base, 'p.handful')
  mkdirSync(folder)
  const old = new Database(join(folder, 'project.sqlite'))
  old.exec(migrations[0]!)
  old.exec(`
    INSERT INTO meta VALUES ('id', 'x'), ('projected', 1);
    INSERT INTO sample VALUES (7, x'00', x'00', 1, 1, 'png', 1, NULL, NULL, '[]', 0, 0, 0, '');
    INSERT INTO class VALUES (3, 'u', 'boot', 'red', '1', 0);
    INSERT INTO annotation (seq, uuid, at, who, what, title, samples) VALUES (1, 'a', 5, 'person', 'label', '1 image → boot', 1);
    INSERT INTO label VALUES (7, 3, 0, 'human', 1, NULL, 5, 1);`)
  old
    .prepare("INSERT INTO annotation_set (annotation, class, source, first, last, ordinals) VALUES (1, 3, 'human', 7, 7, ?)")
    .run(encodeSet([7]))
  old.pragma('user_version = 1')
  old.close()
  const store = openProject(folder)
  onTestFinished(() => store.close())
  expect(store.database.pragma('foreign_key_check')).toEqual([])
  expect(store.meta.facts().labeling).toBe('single')
  expect(store.classes.list()).toMatchObject([{ name: 'boot', key: '1', counts: { human: 1 } }])
  expect(store.annotations.of([7]).get(7)).toEqual([{ classId: 3, source: 'human', confirmed: true, drawn: false }])
  expect((await store.annotations.undo())?.title).toBe('1 image → boot')
  expect(store.annotations.of([7]).size).toBe(0)
  expect(store.annotations.sequence()).toBe(2)
})
