import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { centred } from '../../cluster/neighbours'
import { matrix } from '../../engine/linear-algebra'
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
    embeddings: () => ({ ordinals: Uint32Array.from({ length: 60 }, (_, at) => at), dimensions: 4, data: data.slice() }),
  } as unknown as Reader
  return { run: new RunInUse(reader, 'one'), x: centred(matrix(60, 4, data)) }
}

test('neighbours are those of brute force, without the sample itself', () => {
  const { run, x } = unclustered()
  const cosine = (a: number, b: number) => [0, 1, 2, 3].reduce((sum, d) => sum + x.data[a * 4 + d]! * x.data[b * 4 + d]!, 0)
  const exact = [...Array(60).keys()].filter((other) => other !== 11).sort((a, b) => cosine(11, b) - cosine(11, a))
  const found = run.neighbours(11, 30)
  expect(found.map(({ ordinal }) => ordinal)).toEqual(exact.slice(0, 30))
  found.forEach(({ ordinal, similarity }) => expect(similarity).toBeCloseTo(cosine(11, ordinal), 5))
  expect(run.neighbours(11, 200)).toHaveLength(59)
  expect(run.neighbours(60, 5)).toEqual([])
})

test('without clusters there is no level, graph or typicality', () => {
  const { run } = unclustered()
  expect([run.level(null), run.graph, run.typicality(), run.clustersAt(0.5)]).toEqual([null, null, null, null])
})
