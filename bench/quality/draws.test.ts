import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { matrix, withProducts } from '../../src/main/engine/linear-algebra'
import { random } from '../../src/main/engine/random'
import { scoresOf } from './draws'

const [rows, columns, classCount] = [60, 4, 2]
let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'handful-draws-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Two clouds, `apart` standard deviations from each other. */
function clouds(apart: number) {
  const noise = random(3)
  const truth = Array.from({ length: rows }, (_, row) => row % classCount)
  const embeddings = matrix(rows, columns)
  truth.forEach((c, row) => {
    for (let at = 0; at < columns; at++) embeddings.data[row * columns + at] = noise.normal() + (at === 0 ? c * apart : 0)
  })
  return { embeddings, truth, classCount, seconds: 1, notes: [], path: join(folder, String(apart)) }
}

it('is right about classes that lie far apart, and guesses where there is nothing to see', async () => {
  await withProducts(1, async (products) => {
    const easy = await scoresOf(clouds(50), 2, products)
    expect(easy.knn).toBe(1)
    expect(easy.accuracies).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ])
    const hard = await scoresOf(clouds(0), 3, products)
    for (const accuracy of hard.accuracies.flat()) expect(accuracy).toBeLessThan(0.85)
  })
})

it('keeps draws, makes only those that are missing, and has others in each', async () => {
  await withProducts(1, async (products) => {
    const fit = clouds(1)
    const [first] = (await scoresOf(fit, 1, products)).accuracies
    const path = join(
      folder,
      readdirSync(folder).find((name) => name.includes('scores'))!,
    )
    const marked = [0.123, 0.123, 0.123]
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), accuracies: [marked] }))
    const { accuracies } = await scoresOf(fit, 3, products)
    expect(accuracies[0]).toEqual(marked)
    rmSync(path)
    const anew = (await scoresOf(fit, 3, products)).accuracies
    expect(anew).toEqual([first, ...accuracies.slice(1)])
    expect(new Set(anew.map(String)).size).toBe(3)
  })
})
