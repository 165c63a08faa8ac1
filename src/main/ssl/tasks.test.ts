/** Every gradient-trained task on eight images: it learns them, the same seed gives the same encoder, another gives another. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { random } from '../engine/random'
import { withSession } from '../engine/session'
import { imagesInMemory } from '../views/images'
import { taskDescriptors } from './descriptors'
import { tasks } from './registry'

const [size, count] = [16, 8]
/** Blobs of a colour and place of their own. */
const pixels = (() => {
  const draws = random(11)
  const all = new Uint8Array(count * size * size * 3)
  for (let image = 0; image < count; image++) {
    const [x, y, ...colour] = [draws.below(size), draws.below(size), draws.below(256), draws.below(256), draws.below(256)]
    for (let at = 0; at < size * size; at++) {
      const distance = ((at % size) - x) ** 2 + (Math.floor(at / size) - y) ** 2
      const near = Math.exp(-distance / 20)
      for (let channel = 0; channel < 3; channel++)
        all[(image * size * size + at) * 3 + channel] = 60 + near * (colour[channel]! - 60)
    }
  }
  return all
})()
const images = imagesInMemory(pixels, size)

async function fit(id: string, seed: number, epochs: number) {
  const task = tasks.find(({ descriptor }) => descriptor.id === id)!
  const parameters = task.descriptor.parameters.parse({ epochs, encoder: 'nano', learningRate: 0.003 }) as unknown
  const folder = mkdtempSync(join(tmpdir(), 'handful-task-'))
  const fitting = task.fit({ images, seed, parameters, threads: 1, folder })
  const losses: number[] = []
  for (let event = await fitting.next(); ; event = await fitting.next()) {
    if (event.done) return { ...event.value, losses }
    if (event.value.values['loss'] !== undefined) losses.push(event.value.values['loss'])
  }
}

const trained = tasks
  .map(({ descriptor }) => descriptor.id)
  .filter((id) => !['auto', 'instant', 'brought', 'pca', 'pixels'].includes(id))

describe.each(trained)('%s', (id) => {
  it('learns eight images and tells them apart', { timeout: 60_000 }, async () => {
    const { model, dimensions, losses } = await fit(id, 1, 60)
    // The two sides of an adversarial game hold each other; all other losses fall.
    if (id !== 'adversarial') expect(losses.at(-1)!).toBeLessThan(0.9 * losses[0]!)
    expect(Number.isFinite(losses.at(-1))).toBe(true)
    const data = await withSession(model, { threads: 1 }, (session) =>
      session.values({ images: { type: 'uint8', shape: [count, size, size, 3], data: pixels } }),
    )
    expect(data.length).toBe(count * dimensions)
    const rows = Array.from({ length: count }, (_, at) => data.subarray(at * dimensions, (at + 1) * dimensions))
    for (const [at, row] of rows.entries()) {
      for (const other of rows.slice(at + 1))
        expect(Math.hypot(...row.map((value, d) => value - other[d]!))).toBeGreaterThan(1e-3)
    }
  })

  it('is a function of its seed', { timeout: 60_000 }, async () => {
    const [one, same, other] = [await fit(id, 1, 3), await fit(id, 1, 3), await fit(id, 2, 3)]
    expect(Buffer.from(same.model).equals(Buffer.from(one.model))).toBe(true)
    expect(Buffer.from(other.model).equals(Buffer.from(one.model))).toBe(false)
  })
})

it('refuses fewer images than a batch can compare', async () => {
  const few = { images: imagesInMemory(pixels.subarray(0, 3 * size * size * 3), size), seed: 0, threads: 1, folder: '' }
  const simclr = tasks.find(({ descriptor }) => descriptor.id === 'simclr')!
  const fitting = simclr.fit({ ...few, parameters: simclr.descriptor.parameters.parse({}) as unknown })
  await expect(fitting.next()).rejects.toMatchObject({ data: { what: 'training wants at least 8 images, there are 3' } })
})

it('describes every task to the interface, in the same order', () => {
  expect(taskDescriptors.map(({ id }) => id)).toEqual(tasks.map(({ descriptor }) => descriptor.id))
  for (const { help } of taskDescriptors) expect(help.length).toBeLessThan(160)
})
