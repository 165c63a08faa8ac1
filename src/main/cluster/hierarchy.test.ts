import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { matrix, MatrixProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { clusterHierarchy, type Hierarchy, levelAt } from './hierarchy'
import { louvain } from './louvain'
import { centred, nearestNeighbours } from './neighbours'
import { readClusters, writeClusters } from './stored'

let products: MatrixProducts
beforeAll(async () => (products = await MatrixProducts.create(1)))
afterAll(() => products.dispose())

/** Blobs of 40, the first two close to each other, and two rows far from all. */
async function blobs(seed: number): Promise<Hierarchy> {
  const draw = random(seed)
  const centres = [
    [1, 0, 0, 0, 0],
    [0.9, 0.45, 0, 0, 0],
    [0, 0, 1, 0, 0],
    [0, 0, 0, 1, 0],
  ]
  const rows = [
    ...centres.flatMap((centre) => Array.from({ length: 40 }, () => centre.map((value) => value + 0.06 * draw.normal()))),
    [0, 0, 0, 0, 3],
    [0, -3, 0, 0, 0],
  ]
  const x = centred(matrix(rows.length, 5, Float32Array.from(rows.flat())))
  return clusterHierarchy(await nearestNeighbours(x, 10, products), 0)
}

test('two cliques joined by one edge are two communities', () => {
  const rows = Array.from({ length: 8 }, (_, node) =>
    Array.from({ length: 4 }, (_, at) => (node < 4 ? at : at + 4)).filter((other) => other !== node),
  )
  rows[3]!.push(4)
  rows[4]!.unshift(3)
  const starts = new Uint32Array(9)
  rows.forEach((row, node) => (starts[node + 1] = starts[node]! + row.length))
  const graph = { starts, targets: Uint32Array.from(rows.flat()), weights: new Float32Array(26).fill(1) }
  expect([...louvain(graph, 1, 0)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
})

test('blobs become clusters, far rows outliers, the same under the same seed', async () => {
  const hierarchy = await blobs(1)
  const { ids } = levelAt(hierarchy, 0)
  for (const blob of [2, 3]) expect(new Set(ids.slice(blob * 40, blob * 40 + 40)).size).toBe(1)
  expect([...ids.slice(160)]).toEqual([-1, -1])
  expect(await blobs(1)).toEqual(hierarchy)
})

test('every level refines the one before', async () => {
  const { levels } = await blobs(2)
  expect(levels[0]!.granularity).toBe(0)
  expect(levels.at(-1)!.granularity).toBe(1)
  expect(levels.at(-1)!.clusters).toBeGreaterThan(levels[0]!.clusters)
  for (let index = 1; index < levels.length; index++) {
    const parents = new Map<number, number>()
    levels[index]!.ids.forEach((id, row) => {
      const parent = levels[index - 1]!.ids[row]!
      if (id < 0 || parent < 0) return
      expect(parents.get(id) ?? parent).toBe(parent)
      parents.set(id, parent)
    })
  }
})

test.each([1, 2, 5])('%i images are at least one cluster', async (rows) => {
  const x = centred(
    matrix(
      rows,
      3,
      Float32Array.from({ length: rows * 3 }, (_, at) => at % 4),
    ),
  )
  const hierarchy = clusterHierarchy(await nearestNeighbours(x, 20, products), 0)
  for (const { ids, clusters } of hierarchy.levels) {
    expect(ids.length).toBe(rows)
    expect(clusters).toBeGreaterThan(0)
  }
})

test('identical images are one cluster', async () => {
  const x = centred(matrix(30, 3, new Float32Array(90).fill(2)))
  const hierarchy = clusterHierarchy(await nearestNeighbours(x, 20, products), 0)
  expect(levelAt(hierarchy, 0).clusters).toBe(1)
})

test('what is stored is what is read; damage is noticed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-clusters-'))
  expect(readClusters(folder)).toBeNull()
  const neighbours = await nearestNeighbours(centred(matrix(4, 2, Float32Array.of(1, 2, 3, 4, 5, 7, 1, 0))), 2, products)
  const stored = { ordinals: Uint32Array.of(3, 1, 0, 2), neighbours, hierarchy: clusterHierarchy(neighbours, 0) }
  writeClusters(folder, stored)
  expect(readClusters(folder)).toEqual(stored)
  writeFileSync(join(folder, 'clusters.bin'), 'handful clusters 1\nrest')
  expect(readClusters(folder)).toBeNull()
})
