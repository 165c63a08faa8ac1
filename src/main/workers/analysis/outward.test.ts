import { expect, test } from 'vitest'
import { matrix } from '../../engine/linear-algebra'
import { outward, pieces } from './outward'
import type { RunInUse } from './run'

/** Two arcs of ten images on a circle, each linked to the next ones along its arc; a level that parts both in two. */
function arcs(): RunInUse {
  const count = 20
  const embeddings = matrix(count, 2)
  const angle = (row: number) => (row < 10 ? row * 0.1 : Math.PI + row * 0.1)
  for (let row = 0; row < count; row++) embeddings.data.set([Math.cos(angle(row)), Math.sin(angle(row))], row * 2)
  const ids = Int32Array.from({ length: count * 2 }, (_, at) => {
    const [row, step] = [at >> 1, (at & 1) + 1]
    return Math.floor(row / 10) * 10 + ((row + step) % 10)
  })
  const neighbours = { rows: count, k: 2, ids, similarities: new Float32Array(count * 2).fill(0.9) }
  const level = (granularity: number, size: number) => ({
    granularity,
    ids: Int32Array.from({ length: count }, (_, row) => Math.floor(row / size)),
    clusters: count / size,
  })
  const hierarchy = { levels: [level(0, 10), level(1, 5)], automatic: 0, typicality: new Float32Array(count) }
  const ordinals = Uint32Array.from({ length: count }, (_, row) => row)
  return {
    embeddings,
    ordinals,
    rowOf: Int32Array.from(ordinals),
    stored: { ordinals, neighbours, hierarchy },
  } as unknown as RunInUse
}
const found = (like: number[], unlike: number[] = [], count = 3) => outward(arcs(), like, unlike, () => true, count)

test('a set grows along its neighbours, the most linked first, and leaves its arc last', () => {
  expect(found([3, 4]).every(({ ordinal, linked }) => ordinal < 10 && linked)).toBe(true)
  const grown = [3, 4]
  for (let step = 0; step < 8; step++) grown.push(found(grown, [], 1)[0]!.ordinal)
  expect(grown.toSorted((a, b) => a - b)).toEqual([...Array(10).keys()])
  expect(found(grown, [], 1)[0]!.linked).toBe(false)
})

test('what was struck out is not proposed, and pushes away what hangs on it', () => {
  const ordinals = found([4], [5], 20).map(({ ordinal }) => ordinal)
  expect(ordinals).not.toContain(5)
  expect(ordinals.indexOf(3)).toBeLessThan(ordinals.indexOf(7))
})

test('a cluster falls apart as a finer level has it, or in two', () => {
  expect(
    pieces(
      arcs(),
      Uint32Array.from({ length: 20 }, (_, row) => row),
    ).map((piece) => piece.length),
  ).toEqual([10, 10])
  expect(
    pieces(
      arcs(),
      Uint32Array.from({ length: 10 }, (_, row) => row),
    ).map((piece) => piece.length),
  ).toEqual([5, 5])
  const two = pieces(arcs(), Uint32Array.of(0, 1, 2, 3, 4))
  expect(two.map((piece) => [...piece])).toEqual(
    expect.arrayContaining([expect.arrayContaining([0, 1]), expect.arrayContaining([3, 4])]),
  )
})
