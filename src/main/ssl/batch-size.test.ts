import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { finish } from '../encoders/describe'
import { shapes } from '../encoders/shapes.fixture'
import { batchWithin, viewsPerImage } from './batch-size'
import { dino } from './dino'
import { readPlan, writePlan } from './step-plan'
import { trainingViews } from './training-views'
import { vicreg } from './vicreg'

const gigabyte = 2 ** 30

it('keeps the wanted batch where memory is plenty and halves it where it is not', () => {
  expect(batchWithin(128, 2, 'nano', 16 * gigabyte)).toBe(128)
  const batches = [8, 4, 2, 1, 0.25].map((free) => batchWithin(512, 2, 'base', free * gigabyte))
  for (const [at, batch] of batches.entries()) {
    expect(512 % batch).toBe(0)
    expect(batch).toBeLessThanOrEqual(batches[at - 1] ?? 512)
  }
  expect(batches.at(-1)!).toBeLessThan(batches[0]!)
  expect(batchWithin(128, 2, 'base', 0)).toBe(8)
  expect(batchWithin(13, 2, 'base', 0)).toBe(13)
})

it('counts small crops by their area', () => {
  const augmentation = trainingViews('compared', 'photos')
  const groups = [{ count: 2, augmentation }, { count: 4, augmentation, size: 16 }] // prettier-ignore
  expect(viewsPerImage({ views: groups } as unknown as Parameters<typeof viewsPerImage>[0], 32)).toBe(3)
})

it.each([vicreg, dino])('goes on with the batch of its plan, whatever was asked for', { timeout: 60_000 }, async (task) => {
  const { images } = shapes(32, 16, 'grey')
  const folder = mkdtempSync(join(tmpdir(), 'handful-batch-'))
  writePlan(folder, { steps: 2, batch: 8, threads: 1, secondsPerStep: 1 })
  const parameters = task.descriptor.parameters.parse({ batch: 32, encoder: 'nano', domain: 'photos' }) as never
  const { notes } = await finish(task.fit({ images, seed: 1, parameters, threads: 1, folder }))
  expect(notes).toContain('Trained for 2 steps of 8 images.')
  expect(readPlan(folder)!.batch).toBe(8)
})
