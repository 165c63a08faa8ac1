import { expect, onTestFinished, test } from 'vitest'
import { matrix, MatrixProducts, normalizeRows } from '../../engine/linear-algebra'
import { random } from '../../engine/random'
import { type Columns, noLabel } from './columns'
import { novelty } from './novelty'
import type { RunInUse } from './run'

/** Two classes around two directions, labeled in part, and a third group around a direction that nobody has labeled. */
async function measured(labeled: number) {
  const products = await MatrixProducts.create(1)
  onTestFinished(() => products.dispose())
  const draw = random(4)
  const embeddings = matrix(150, 8)
  for (let row = 0; row < 150; row++)
    for (let d = 0; d < 8; d++) embeddings.data[row * 8 + d] = 0.15 * draw.normal() + (d === Math.floor(row / 50) ? 1 : 0)
  normalizeRows(embeddings)
  const ordinals = Uint32Array.from({ length: 150 }, (_, row) => row)
  const labels = Uint16Array.from(ordinals, (row) => (row < 100 && row % 50 < labeled ? Math.floor(row / 50) : noLabel))
  const columns = { count: 150, labels, sources: new Uint8Array(150) } as unknown as Columns
  return { found: await novelty({ embeddings, ordinals } as unknown as RunInUse, columns, products), labels }
}

test('what nobody has named stands out, what is like a labeled class does not', async () => {
  const { found, labels } = await measured(12)
  const novel = [...found!.values.keys()].filter(
    (ordinal) => labels[ordinal] === noLabel && found!.values[ordinal]! > found!.threshold,
  )
  expect(novel.filter((ordinal) => ordinal >= 100).length).toBe(50)
  expect(novel.filter((ordinal) => ordinal < 100).length).toBeLessThan(15)
})

test('with a handful of labels nothing is said', async () => {
  expect((await measured(4)).found).toBeNull()
})
