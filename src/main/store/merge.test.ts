/** Two copies of one project: every act of both counts afterwards. */
import { cpSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { examine } from './doctor'
import { mergeLog } from './merge'
import { openProject, type Store } from './open'
import { addSamples, label, labelsByName, makeProject, ownFolder } from './project.fixture'

const names = Array.from({ length: 40 }, (_, index) => `${index}.png`)
const at = ownFolder()
const make = () => makeProject(at('p.handful'), names)

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
