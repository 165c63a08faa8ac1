/** Views from another thread are those of this one, and a run that has them made there ends with the very same encoder. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { random } from '../engine/random'
import { workerArguments } from '../hosts/worker-entry'
import { imagesInMemory } from '../views/images'
import { batchesOf, viewsOf } from './batches'
import { dino } from './dino'
import type { FitContext } from './task'
import { trainingViews } from './training-views'
import { ViewThread } from './view-thread'
import { ViewThreads } from './view-threads'

const size = 16
const draws = random(5)
const images = imagesInMemory(
  Uint8Array.from({ length: 40 * size * size * 3 }, () => draws.below(256)),
  size,
)
function begun(): ViewThread {
  const thread = new ViewThread(workerArguments('views'))
  onTestFinished(() => thread.close())
  return thread
}

it('answers in the order asked, byte for byte', async () => {
  const batchAt = batchesOf(images, { seed: 2, batch: 8 })
  const job = (step: number) => ({ ...batchAt(step), views: 2, augmentation: trainingViews('compared', 'photos'), group: step % 2, side: 12 }) // prettier-ignore
  const expected = [1, 2, 6, 7].map((step) => viewsOf(job(step)))
  const thread = begun()
  const made = await Promise.all([1, 2, 6, 7].map((step) => thread.make(job(step))))
  made.forEach((views, at) => expect(Buffer.from(views).equals(Buffer.from(expected[at]!))).toBe(true))
  expect(Buffer.from(made[0]!).equals(Buffer.from(made[2]!))).toBe(false)
})

it.each([1, 2, 3, 5, 8])('%i threads together make the very same', async (count) => {
  const batchAt = batchesOf(images, { seed: 2, batch: 11 })
  const threads = new ViewThreads(workerArguments('views'))
  onTestFinished(() => threads.close())
  const job = () => ({ ...batchAt(1), views: 3, augmentation: trainingViews('compared', 'microscopy'), group: 1, side: 12 })
  const made = await threads.make(job(), count)
  expect(Buffer.from(made).equals(Buffer.from(viewsOf(job())))).toBe(true)
})

it('batches are a draw without repeats in each epoch, another in the next', () => {
  const batchAt = batchesOf(images, { seed: 2, batch: 8 })
  const epoch = (from: number) => [0, 1, 2, 3, 4].flatMap((at) => [...batchAt(from + at).positions])
  expect(epoch(1).toSorted((a, b) => a - b)).toEqual([...Array(40).keys()])
  expect(epoch(6).toSorted((a, b) => a - b)).toEqual([...Array(40).keys()])
  expect(epoch(6)).not.toEqual(epoch(1))
  expect([...batchAt(1).positions]).toEqual(epoch(1).slice(0, 8))
})

it('a run ends with the same encoder wherever its views are made', { timeout: 60_000 }, async () => {
  const parameters = dino.descriptor.parameters.parse({ epochs: 3, batch: 8, encoder: 'nano', domain: 'photos' })
  const fit = async (more: Pick<FitContext<unknown>, 'makeViews'>) => {
    const folder = mkdtempSync(join(tmpdir(), 'handful-threads-'))
    const fitting = dino.fit({ images, seed: 4, parameters, threads: 1, folder, ...more })
    for (let event = await fitting.next(); ; event = await fitting.next()) if (event.done) return Buffer.from(event.value.model)
  }
  const thread = begun()
  const here = await fit({})
  expect((await fit({ makeViews: (job) => thread.make(job) })).equals(here)).toBe(true)
})

it('tells whoever waits when the thread ends', async () => {
  const thread = begun()
  const batchAt = batchesOf(images, { seed: 2, batch: 8 })
  const made = thread.make({ ...batchAt(1), views: 1, augmentation: trainingViews('gentle', 'photos'), group: 0, side: 4096 })
  await thread.close()
  await expect(made).rejects.toThrow('has ended')
})
