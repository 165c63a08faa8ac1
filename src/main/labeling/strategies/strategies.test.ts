import { afterAll, beforeAll, expect, test } from 'vitest'
import { centred } from '../../cluster/neighbours'
import { matrix, MatrixProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { strategyDescriptors } from './descriptors'
import { grouping } from './grouping'
import { questions } from './questions'
import { strategies } from './registry'
import type { Guesses, Pool, Strategy } from './strategy'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/** Four blobs of 25. */
function pool(): Pool {
  const draw = random(4)
  const data = Float32Array.from({ length: 100 * 4 }, (_, at) => (Math.floor(at / 100) === at % 4 ? 1 : 0) + 0.1 * draw.normal())
  const embeddings = centred(matrix(100, 4, data))
  return {
    embeddings,
    labeled: new Uint8Array(100),
    typicality: new Float32Array(100),
    labels: {
      rows: Uint32Array.of(0, 25, 50, 75),
      classes: Uint16Array.of(0, 1, 2, 3),
      weights: Float32Array.of(1, 1, 1, 1),
      classCount: 4,
    },
    guesses: null,
    products,
    groups: grouping(embeddings, products),
  }
}

/** Sure of the blob everywhere but at `open`, which could be of the first `classes`. */
function guessesBut(open: number, classes: number): Guesses {
  const probabilities = new Float32Array(400)
  for (let row = 0; row < 100; row++) {
    const unsure = row === open
    for (let c = 0; c < 4; c++)
      probabilities[row * 4 + c] = unsure ? Number(c < classes) / classes : c === blob(row) ? 0.97 : 0.01
  }
  const confidences = Float32Array.from({ length: 100 }, (_, row) => (row === open ? 1 / classes : 0.97))
  return { probabilities, classCount: 4, exponent: 1, confidences, heldOut: 0.9 }
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

test('coverage asks one of each blob; what is labeled covers its own', async () => {
  const first = await strategy('coverage').choose(pool(), 4, 0)
  expect(new Set(first.map(({ row }) => blob(row))).size).toBe(4)
  const some = pool()
  for (const row of [0, 1, 30, 60]) some.labeled[row] = 1
  const [next] = await strategy('coverage').choose(some, 1, 0)
  expect(blob(next!.row)).toBe(3)
})

test('coverage takes at each turn the row that gains most, as trying every row does', async () => {
  const some = pool()
  const { columns, data } = some.embeddings
  const close = (a: number, b: number) =>
    Math.max(
      0,
      data.subarray(a * columns, (a + 1) * columns).reduce((sum, value, d) => sum + value * data[b * columns + d]!, 0),
    ) ** 2
  const covered = new Float64Array(100)
  const gain = (row: number) => covered.reduce((sum, one, other) => sum + Math.max(0, close(row, other) - one), 0)
  for (const { row } of await strategy('coverage').choose(some, 8, 0)) {
    const best = Math.max(...[...Array(100).keys()].map(gain))
    expect(gain(row)).toBeCloseTo(best, 4)
    covered.forEach((one, other) => (covered[other] = Math.max(one, close(row, other))))
  }
})

test('margin, entropy and BADGE ask what the head is least sure of', async () => {
  const two = { ...pool(), guesses: guessesBut(42, 2) }
  expect((await strategy('margin').choose(two, 1, 0))[0]).toEqual({ row: 42, why: 'Handful is only 50% sure of it' })
  const three = { ...pool(), guesses: guessesBut(7, 3) }
  expect((await strategy('entropy').choose(three, 1, 0))[0]).toEqual({ row: 7, why: 'Handful wavers between about 3 classes' })
  expect((await strategy('badge').choose(three, 1, 0))[0]!.row).toBe(7)
})

test('unsure coverage asks where many are unsure', async () => {
  const guesses = guessesBut(0, 1)
  guesses.confidences.fill(0.2, 50, 75)
  const [next] = await strategy('unsure-coverage').choose({ ...pool(), guesses }, 1, 0)
  expect(blob(next!.row)).toBe(2)
})

test('BALD asks where labels contradict each other', async () => {
  const labels = {
    rows: Uint32Array.of(0, 1, 25, 26, 50, 51, 75, 76),
    classes: Uint16Array.of(0, 0, 1, 1, 2, 3, 3, 3),
    weights: new Float32Array(8).fill(1),
    classCount: 4,
  }
  const [next] = await strategy('bald').choose({ ...pool(), labels, guesses: guessesBut(3, 2) }, 1, 0)
  expect(blob(next!.row)).toBe(2)
})

test('auto covers while nothing is held out, then asks what stands for doubt, and with many labels of a good head the least sure', async () => {
  const guesses = guessesBut(0, 1)
  guesses.confidences.fill(0.9).fill(0.5, 50, 75).fill(0.05, 99)
  const chosen = async (heldOut: number | null, labels = pool().labels) =>
    (await strategy('auto').choose({ ...pool(), labels, guesses: { ...guesses, heldOut } }, 1, 0))[0]!
  expect(await chosen(null)).toEqual((await strategy('coverage').choose(pool(), 1, 0))[0])
  expect(blob((await chosen(0.2)).row)).toBe(2)
  expect((await chosen(0.2)).why).toContain('50% sure')
  const rows = Uint32Array.from({ length: 60 }, (_, at) => at)
  const many = { rows, classes: new Uint16Array(60), weights: new Float32Array(60).fill(1), classCount: 2 }
  expect(blob((await chosen(0.95, many)).row)).toBe(3)
  expect(blob((await chosen(0.2, many)).row)).toBe(2)
})

test.each(['margin', 'entropy', 'bald', 'badge'])('%s asks typical ones while there is no head', async (id) => {
  expect(await strategy(id).choose(pool(), 3, 1)).toEqual(await strategy('typical').choose(pool(), 3, 1))
})

test.each(strategies.map(({ id }) => id))('%s: seeded, without repeats, never labeled, no more than there are', async (id) => {
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

test('where classes are independent the least decided one counts', async () => {
  const base = pool()
  const probabilities = new Float32Array(100 * 3).fill(0.02)
  // Undecided about one class, and somewhat about all three.
  probabilities.set([0.98, 0.49, 0.98], 7 * 3)
  probabilities.set([0.25, 0.25, 0.25], 60 * 3)
  const confidences = Float32Array.from({ length: 100 }, (_, row) => (row === 7 ? 0.51 : row === 60 ? 0.75 : 0.98))
  const guesses: Guesses = { probabilities, classCount: 3, exponent: 1, independent: true, confidences, heldOut: 0.9 }
  const first = async (id: string) => (await strategy(id).choose({ ...base, guesses }, 1, 0))[0]!
  expect((await first('margin')).row).toBe(7)
  expect((await first('entropy')).row).toBe(60)
  expect((await first('badge')).row).toBe(7)
})

test('BALD asks where heads of single classes differ: far from what was labeled', async () => {
  const base = pool()
  const rows = Uint32Array.of(0, 1, 2, 25, 26, 27)
  const multi = { rows, targets: Float32Array.from(rows, (row) => (row < 25 ? 1 : -1)), classCount: 1 }
  const guesses: Guesses = {
    probabilities: new Float32Array(100).fill(0.5),
    classCount: 1,
    exponent: 1,
    independent: true,
    confidences: new Float32Array(100).fill(0.5),
    heldOut: null,
  }
  const [asked] = await strategy('bald').choose({ ...base, multi, guesses }, 1, 0)
  expect(blob(asked!.row)).toBeGreaterThanOrEqual(2)
})
