import { afterEach, expect, test } from 'vitest'
import { openReader } from '../store/reader'
import { makeFixture } from './project.fixture'
import { splitPlan } from './split-plan'

const fixture = makeFixture()
afterEach(() => fixture.remove())

test('near copies, equal pixels and what they chain to are in one part, in every plan', () => {
  const count = 60
  fixture.add(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.png`, `content ${at}`])))
  const near = Uint32Array.from({ length: count }, (_, ordinal) => ordinal - (ordinal % 3))
  fixture.store.nearCopies.put(near)
  // Ordinals 2 and 3 have the same pixels: the groups 0–2 and 3–5 are one.
  fixture.store.database.prepare('UPDATE sample SET pixel_hash = zeroblob(32) WHERE ordinal IN (2, 3)').run()
  const reader = openReader(fixture.store.folder)
  const sha = new Map([...reader.files()].map(({ ordinal, sha256 }) => [ordinal, sha256]))
  const chosen = Array.from({ length: count }, (_, ordinal) => ({
    ...{ ordinal, stratum: ordinal % 2, sha256: sha.get(ordinal)!, takenAt: null, camera: null },
    path: Buffer.from(`${ordinal}.png`),
  }))
  for (let seed = 0; seed < 20; seed++) {
    const parts = splitPlan(reader, { validation: 0.2, test: 0.2, seed, groupBy: 'none' })(chosen)
    for (let ordinal = 0; ordinal < count; ordinal++) expect(parts[ordinal]).toBe(parts[near[ordinal]!])
    expect(parts[3]).toBe(parts[2])
    expect([1, 2, 3].map((part) => parts.filter((one) => one === part).length).every((size) => size >= 9)).toBe(true)
  }
  reader.close()
})
