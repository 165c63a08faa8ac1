import { afterAll, beforeAll, expect, test } from 'vitest'
import { centred } from '../../cluster/neighbours'
import { matrix, MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { strategyDescriptors } from './descriptors'
import { questions } from './questions'
import { strategies } from './registry'
import type { Pool, Strategy } from './strategy'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/** Four blobs of 25. */
function pool(): Pool {
  const draw = random(4)
  const data = Float32Array.from({ length: 100 * 4 }, (_, at) => (Math.floor(at / 100) === at % 4 ? 1 : 0) + 0.1 * draw.normal())
  return {
    embeddings: centred(matrix(100, 4, data)),
    labeled: new Uint8Array(100),
    typicality: new Float32Array(100),
    confidences: new Float32Array(0),
    products,
  }
}
const strategy = (id: string) => strategies.find((one) => one.id === id)!
const blob = (row: number) => Math.floor(row / 25)

test('every strategy has a descriptor and the other way round', () => {
  expect(strategies.map(({ id }) => id)).toEqual(strategyDescriptors.map(({ id }) => id))
})

test('typical asks one of each blob, and then where nothing is labeled yet', async () => {
  const first = await strategy('typical').choose(pool(), 4, 0)
  expect(new Set(first.map(({ row }) => blob(row))).size).toBe(4)
  const some = pool()
  some.labeled.fill(1, 0, 30)
  const next = await strategy('typical').choose(some, 2, 0)
  expect(next.every(({ row }) => !some.labeled[row] && blob(row) >= 2)).toBe(true)
})

test('margin asks the least sure, typical ones while there is no head', async () => {
  const sure = { ...pool(), confidences: Float32Array.from({ length: 100 }, (_, row) => (row === 42 ? 0.2 : 0.9)) }
  expect((await strategy('margin').choose(sure, 1, 0))[0]).toEqual({ row: 42, why: 'Handful is only 20 % sure of it' })
  expect(await strategy('margin').choose(pool(), 3, 1)).toEqual(await strategy('typical').choose(pool(), 3, 1))
})

test.each(['typical', 'margin', 'random'])('%s: seeded, without repeats, never labeled, no more than there are', async (id) => {
  const some = pool()
  some.labeled.fill(1, 0, 95)
  const chosen = await strategy(id).choose(some, 20, 3)
  expect(await strategy(id).choose(some, 20, 3)).toEqual(chosen)
  expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length)
  expect(chosen.map(({ row }) => row).sort((a, b) => a - b)).toEqual([95, 96, 97, 98, 99])
})

test('after the first questions every tenth is drawn uniformly, whatever the strategy', async () => {
  const asked = await questions(strategy('typical'), pool(), { count: 40, answered: 0, seed: 1 })
  expect(asked.flatMap(({ drawn }, at) => (drawn ? at : []))).toEqual([15, 25, 35])
  expect(new Set(asked.map(({ row }) => row)).size).toBe(40)
  const all = await questions(strategy('random'), pool(), { count: 5, answered: 0, seed: 1 })
  expect(all.every(({ drawn }) => drawn === 'uniform')).toBe(true)
})

test('what is drawn is uniform over the open rows', async () => {
  const some = pool()
  some.labeled.fill(1, 0, 60)
  const counts = new Map<number, number>()
  for (let seed = 0; seed < 400; seed++) {
    const [only] = await questions(strategy('random'), some, { count: 1, answered: 15, seed })
    const [marked] = await questions(first, some, { count: 1, answered: 15, seed })
    expect([only!.drawn, marked!.drawn]).toEqual(['uniform', 'uniform'])
    counts.set(marked!.row, (counts.get(marked!.row) ?? 0) + 1)
  }
  expect([...counts.keys()].every((row) => row >= 60)).toBe(true)
  const chi = Array.from({ length: 40 }, (_, at) => ((counts.get(60 + at) ?? 0) - 10) ** 2 / 10).reduce((a, b) => a + b)
  expect(chi).toBeLessThan(73)
})

/** Always the first open rows. */
const first: Strategy = {
  id: 'first',
  choose: (some, count) =>
    Promise.resolve(
      [...some.labeled.keys()]
        .filter((row) => !some.labeled[row])
        .slice(0, count)
        .map((row) => ({ row, why: '' })),
    ),
}
