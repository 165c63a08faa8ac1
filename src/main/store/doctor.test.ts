/** Projects with faults: what the doctor finds, what it repairs and what it leaves to a person. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { examine } from './doctor'
import { putEmbeddings } from './embeddings'
import { label, labelsByName, makeProject, ownFolder } from './project.fixture'
import { repair } from './repair'

const names = Array.from({ length: 40 }, (_, index) => `${index}.png`)
const at = ownFolder()
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
