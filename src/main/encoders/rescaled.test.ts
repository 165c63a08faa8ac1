import { expect, it } from 'vitest'
import { exportForward } from '../engine/forward'
import { columnMeans, matrix, type Matrix, normalizeRows, shiftRows, withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { tf } from '../engine/tfjs'
import { type AffineMap, mappedRows } from './closed-form'
import { embedAll } from './embed'
import { type Pair, relevantComponents, rescaled } from './rescaled'
import { shapes } from './shapes.fixture'

const draws = random(4)
/** Rows whose third number is mere noise between alike ones. */
function twins(pairs: number): { rows: Matrix; alike: Pair[] } {
  const values = Array.from({ length: pairs }, () => [draws.normal(), draws.normal(), draws.normal(), draws.normal()])
  const twin = (of: number[]) => [0.1, 0.1, 2, 0.1].map((size, at) => of[at]! + size * draws.normal())
  const rows = matrix(2 * pairs, 4, Float32Array.from(values.flatMap((one) => [...one, ...twin(one)])))
  return { rows: normalizeRows(rows), alike: values.map((_, at): Pair => [2 * at, 2 * at + 1]) }
}

const copy = (x: Matrix) => matrix(x.rows, x.columns, x.data.slice())

/** Half the mean product of the differences within pairs. */
async function withinPairs(rows: Matrix, pairs: readonly Pair[], map: AffineMap): Promise<number[][]> {
  const { data, columns } = await withProducts(1, (products) => mappedRows(rows, map, products))
  const of = (row: number, column: number) => data[row * columns + column]!
  const difference = (column: number) => pairs.map(([one, other]) => of(one, column) - of(other, column))
  return [0, 1, 2, 3].map((a) =>
    [0, 1, 2, 3].map((b) => difference(a).reduce((sum, value, at) => sum + value * difference(b)[at]!, 0) / (2 * pairs.length)),
  )
}

it('what alike images differ in becomes the same in all directions, by many pairs', async () => {
  const { rows, alike } = twins(8000)
  const map = await withProducts(1, (products) => relevantComponents(copy(rows), alike, products))
  const within = await withinPairs(rows, alike, map)
  const mean = within.reduce((sum, row, at) => sum + row[at]!, 0) / 4
  within.forEach((row, a) => row.forEach((value, b) => expect(value / mean).toBeCloseTo(a === b ? 1 : 0, 1)))
  const { data } = await withProducts(1, (products) => mappedRows(rows, map, products))
  for (const column of columnMeans(matrix(rows.rows, 4, data))) expect(column).toBeCloseTo(0, 4)
})

it('hardly anything changes by few pairs, and nothing by none', async () => {
  const { rows, alike } = twins(40)
  const centred = shiftRows(rows, columnMeans(rows))
  const cosines = async (pairs: readonly Pair[]) => {
    const map = await withProducts(1, (products) => relevantComponents(copy(rows), pairs, products))
    const mapped = normalizeRows(await withProducts(1, (products) => mappedRows(rows, map, products)))
    return Array.from((await withProducts(1, (products) => products.productRight(mapped, mapped))).data)
  }
  const unit = normalizeRows(copy(centred))
  const plain = (await withProducts(1, (products) => products.productRight(unit, unit))).data
  const most = (one: readonly number[]) => Math.max(...one.map((value, at) => Math.abs(value - plain[at]!)))
  expect(most(await cosines([]))).toBeLessThan(1e-5)
  expect(most(await cosines(alike.slice(0, 3)))).toBeLessThan(0.15)
  expect(most(await cosines(alike))).toBeLessThan(0.6)
})

it('an encoder says the same of images as its parts behind their maps, whatever their lengths were', async () => {
  const { images } = shapes(12, 8, 'colour')
  const encoder = await exportForward(
    (_, { images: x }) => ({
      embeddings: tf.mul(tf.slice(tf.reshape(tf.cast(x!, 'float32'), [x!.shape[0], -1]), [0, 20], [-1, 7]), 0.01),
    }),
    { variables: {}, inputs: { images: { shape: [8, 8, 3], type: 'uint8' } } },
  )
  const seen = matrix(12, 7, await embedAll(encoder, images, 1))
  const part = (x: Matrix, from: number, until: number) =>
    normalizeRows(matrix(x.rows, until - from, Float32Array.from(Array.from({ length: x.rows }, (_, row) => [...x.data.subarray(row * x.columns + from, row * x.columns + until)]).flat()))) // prettier-ignore
  // A third part follows where the pairs were found, and the others count for less there.
  const wider = matrix(12, 9, Float32Array.from(Array.from({ length: 12 }, (_, row) => [...seen.data.subarray(row * 7, row * 7 + 7).map((value) => value / 3), 1, row]).flat())) // prettier-ignore
  const pairs: Pair[] = [[0, 1], [2, 3], [4, 9]] // prettier-ignore
  await withProducts(1, async (products) => {
    const found = await rescaled({ model: encoder, columns: 7, threads: 1 }, [3, 4], wider, pairs, products)
    expect(found.columns).toBe(7)
    const values = matrix(12, 7, await embedAll(found.model, images, 1))
    for (const [from, until] of [
      [0, 3],
      [3, 7],
    ] as const) {
      // prettier-ignore
      const map = await relevantComponents(part(wider, from, until), pairs, products)
      const expected = normalizeRows(await mappedRows(part(seen, from, until), map, products))
      part(values, from, until).data.forEach((value, at) => expect(value).toBeCloseTo(expected.data[at]!, 3))
    }
  })
})
