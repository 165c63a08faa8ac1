import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { centred } from '../../cluster/neighbours'
import { matrix, withProducts } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import type { Reader } from '../../store/reader'
import { RunInUse } from './run'

/** A run of 60 samples whose canonical order is not that of the ordinals; nothing is clustered yet. */
function unclustered() {
  const folder = mkdtempSync(join(tmpdir(), 'handful-run-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const draw = random(2)
  const data = Float32Array.from({ length: 60 * 4 }, () => draw.normal())
  const reader = {
    folder,
    sampleCount: () => 60,
    canonicalOrder: () => Uint32Array.from({ length: 60 }, (_, at) => (at * 7) % 60),
    embeddings: (_run: string, order: Uint32Array) => {
      const rows = Array.from(order, (ordinal) => [...data.subarray(ordinal * 4, ordinal * 4 + 4)])
      return { ordinals: order, dimensions: 4, data: Float32Array.from(rows.flat()) }
    },
  } as unknown as Reader
  return { run: new RunInUse(reader, 'one'), x: centred(matrix(60, 4, data.slice())), data }
}

test('neighbours are those of brute force, without the sample itself', async () => {
  const { run, x } = unclustered()
  const cosine = (a: number, b: number) => [0, 1, 2, 3].reduce((sum, d) => sum + x.data[a * 4 + d]! * x.data[b * 4 + d]!, 0)
  const exact = [...Array(60).keys()].filter((other) => other !== 11).sort((a, b) => cosine(11, b) - cosine(11, a))
  const near = (ordinal: number, count: number) => withProducts(1, (products) => run.neighbours(ordinal, count, products))
  const found = await near(11, 30)
  expect(found.map(({ ordinal }) => ordinal)).toEqual(exact.slice(0, 30))
  found.forEach(({ ordinal, similarity }) => expect(similarity).toBeCloseTo(cosine(11, ordinal), 5))
  expect(await near(11, 200)).toHaveLength(59)
  expect(await near(60, 5)).toEqual([])
})

test('what is asked to be like some and unlike others is found by the formula of Rocchio', async () => {
  const { run, x, data } = unclustered()
  const row = (ordinal: number) => [0, 1, 2, 3].map((d) => x.data[ordinal * 4 + d]!)
  const unit = (vector: number[]) => vector.map((value) => value / Math.hypot(...vector))
  const mean = [0, 1, 2, 3].map((d) => data.filter((_, at) => at % 4 === d).reduce((sum, value) => sum + value, 0) / 60)
  const outside = [0.5, -1, 2, 0.25]
  const near = [row(3), row(8), unit(outside.map((value, d) => value - mean[d]!))]
  const far = [row(20), row(21)]
  const centre = (rows: number[][], d: number) => rows.reduce((sum, one) => sum + one[d]!, 0) / rows.length
  const wanted = unit([0, 1, 2, 3].map((d) => centre(near, d) - 0.5 * centre(far, d)))
  const likeness = { like: [3, 8], unlike: [20, 21], vectors: [outside] }
  const found = await withProducts(1, (products) => run.similarities(likeness, products))
  for (let ordinal = 0; ordinal < 60; ordinal++)
    expect(found[ordinal]).toBeCloseTo(
      row(ordinal).reduce((sum, value, d) => sum + value * wanted[d]!, 0),
      5,
    )
  const other = withProducts(1, (products) => run.similarities({ like: [], unlike: [], vectors: [[1, 2]] }, products))
  await expect(other).rejects.toMatchObject({ data: { name: 'image to look for' } })
})

test('without clusters there is no level, graph or typicality', () => {
  const { run } = unclustered()
  expect([run.level(null), run.graph, run.typicality(), run.clustersAt(0.5)]).toEqual([null, null, null, null])
})
