/** Which images stand for one another, and what training then sees of them. */
import { expect, it, onTestFinished } from 'vitest'
import { fitInstantEncoder } from '../encoders/instant'
import { shapes } from '../encoders/shapes.fixture'
import { finish } from '../encoders/describe'
import { withProducts } from '../engine/linear-algebra'
import { workerArguments } from '../hosts/worker-entry'
import { batchesOf, viewsOf } from './batches'
import { instantDescriptor } from './instant.descriptor'
import { findPartners, pairsAlike } from './partners'
import type { Race } from './race'
import { trainingViews } from './training-views'
import { ViewThreads } from './view-threads'

it('pairs are near each other either way, and as alike as altered versions of both in the mean', () => {
  // prettier-ignore
  const near = {
    rows: 4, k: 2,
    ids: Int32Array.from([1, 2,  0, 2,  0, 1,  2, 1]),
    similarities: Float32Array.from([0.9, 0.5,  0.9, 0.7,  0.5, 0.7,  0.99, 0.8]),
  }
  const own = (...likeness: number[]) => Float32Array.from(likeness)
  expect(pairsAlike(near, own(0.75, 0.75, 0.75, 0))).toEqual([[0, 1]])
  // 0.7 is halfway between 0.9 and 0.5. Row 3 is near to nobody, however near others are to it.
  expect(pairsAlike(near, own(1, 0.9, 0.5, 0))).toEqual([[1, 2]])
  expect(pairsAlike(near, own(1, 1, 1, 0))).toEqual([])
  expect(pairsAlike(near, own(0, 0, 0, 0))).toEqual([[0, 1], [0, 2], [1, 2]]) // prettier-ignore
})

it('partners are of one class among shapes that differ in it alone', { timeout: 60_000 }, async () => {
  const { images, classes } = shapes(80, 16, 'grey')
  await withProducts(1, async (products) => {
    const settings = { ...instantDescriptor.parameters.parse({}), symmetry: 'auto' as const, seed: 1, threads: 1 }
    const { model, dimensions, source } = await finish(fitInstantEncoder(images, settings, products))
    const race = { images, source, seed: 1, products } as Race
    const { partners, notes } = await finish(findPartners({ model, columns: dimensions, threads: 1 }, race))
    const pairs = partners.flatMap((some, one) => (some ?? []).map((other) => [one, other] as const))
    expect(pairs.length).toBeGreaterThan(10)
    for (const [one, other] of pairs) expect(partners[other]).toContain(one)
    expect(pairs.filter(([one, other]) => classes[one] === classes[other]).length / pairs.length).toBeGreaterThan(0.9)
    const share = Math.round((100 * partners.filter((some) => some !== undefined).length) / images.count)
    expect(notes.join()).toContain(`${share} %`)
  })
})

it('the first view is of the sample, the others of a partner, drawn anew in each epoch', async () => {
  const { images } = shapes(24, 16, 'colour')
  const partners = Array.from({ length: 24 }, (_, at) => (at % 2 === 0 ? [(at + 2) % 24, (at + 4) % 24] : undefined))
  const [plain, paired] = [undefined, partners].map((some) => batchesOf(images, { seed: 3, batch: 8, partners: some }))
  const more = { views: 3, augmentation: trainingViews('compared', 'photos'), group: 1, side: 12 }
  const drawn = new Set<string>()
  for (const step of [1, 2, 3, 4, 5, 6, 7]) {
    const [alone, batch] = [plain!(step), paired!(step)]
    expect(batch.positions).toEqual(alone.positions)
    const theirs = batch.partners!.positions
    batch.positions.forEach((position, at) => {
      expect(partners[position] ?? [position]).toContain(theirs[at])
      if (position === 4) drawn.add(String(theirs[at]))
    })
    const [seen, own, of] = [batch, alone, { ...alone, ...batch.partners! }].map((job) => viewsOf({ ...job, ...more }))
    const bytes = seen!.length / 3
    expect(Buffer.from(seen!.subarray(0, bytes)).equals(own!.subarray(0, bytes))).toBe(true)
    expect(Buffer.from(seen!.subarray(bytes)).equals(of!.subarray(bytes))).toBe(true)
    expect(paired!(step)).toEqual(batch)
  }
  expect([...drawn].sort()).toEqual(['6', '8'])
  const threads = new ViewThreads(workerArguments('views'))
  onTestFinished(() => threads.close())
  const expected = viewsOf({ ...paired!(2), ...more })
  expect(Buffer.from(await threads.make({ ...paired!(2), ...more }, 3)).equals(Buffer.from(expected))).toBe(true)
})
