/** The stock encoder on images that it was not trained for, and joined to the instant encoder. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Matrix, matrix, rowsOf, withProducts } from '../engine/linear-algebra'
import { opsetOf, portsOf } from '../engine/onnx-model'
import { standardAugmentation } from '../views/augmentation'
import { finish } from './describe'
import { embedAll } from './embed'
import { fitInstantEncoder } from './instant'
import { joinedModel } from './joined'
import { shapes } from './shapes.fixture'
import { fitStock, type StockSettings } from './stock'

const file = readFileSync(join(import.meta.dirname, '../../../resources/encoders/stock.onnx'))
const settings: StockSettings = { augmentation: standardAugmentation, viewsFor: () => 4, dimensions: 8, seed: 3, threads: 1 }
const instantSettings = { filters: 16, views: 4, dimensions: 12, symmetry: 'any', seed: 3, threads: 1 } as const

/** Share of rows, of length 1, whose nearest other is of the same class. */
function nearestShareClass({ rows, columns, data }: Matrix, classes: readonly number[]): number {
  const row = (at: number) => data.subarray(at * columns, (at + 1) * columns)
  const hits = classes.filter((own, at) => {
    const likeness = classes.map((_, other) =>
      other === at ? -Infinity : row(other).reduce((sum, x, i) => sum + x * row(at)[i]!, 0),
    )
    return classes[likeness.indexOf(Math.max(...likeness))] === own
  })
  return hits.length / rows
}

it('comes as a file that any runtime reads', () => {
  expect(opsetOf(file)).toBeLessThanOrEqual(17)
  expect(portsOf(file)).toMatchObject({
    inputs: [{ name: 'planes', shape: [null, 3, null, null] }],
    outputs: [{ name: 'features', shape: [null, 992] }],
  })
})

it('is fitted to images and joined to the instant encoder, each half of length 1', { timeout: 120_000 }, () =>
  withProducts(1, async (products) => {
    const { images, classes } = shapes(48, 16, 'colour')
    const instant = await finish(fitInstantEncoder(images, instantSettings, products))
    const stock = await finish(fitStock(file, images, settings, products))
    if (typeof stock === 'string') throw new Error(stock)
    const { model, columns } = joinedModel(instant.source!, stock, 1)
    expect(columns).toBe(instant.dimensions + 8)
    const whole = matrix(48, columns, await embedAll(model, images, 1))
    const alone = matrix(48, instant.dimensions, await embedAll(instant.model, images, 1))
    const second = matrix(48, 8)
    for (let row = 0; row < 48; row++) {
      const [{ data: joined }, { data: own }] = [rowsOf(whole, row, row + 1), rowsOf(alone, row, row + 1)]
      const length = Math.hypot(...own)
      own.forEach((value, at) => expect(joined[at]).toBeCloseTo(value / length, 4))
      expect(Math.hypot(...joined.subarray(12))).toBeCloseTo(1, 4)
      second.data.set(joined.subarray(12), row * 8)
    }
    expect(nearestShareClass(second, classes)).toBeGreaterThan(0.9)
  }),
)

it('fits nothing without the time for altered versions, and is told how long a look takes', { timeout: 60_000 }, () =>
  withProducts(1, async (products) => {
    const { images } = shapes(8, 16, 'grey')
    const asked: [number, number][] = []
    const viewsFor = (count: number, seconds: number) => (asked.push([count, seconds]), 0)
    expect(await finish(fitStock(file, images, { ...settings, viewsFor }, products))).toBe('no time')
    expect(asked).toEqual([[8, expect.any(Number)]])
    expect(asked[0]![1]).toBeGreaterThan(0)
  }),
)
