/** A run says where it trained, and goes on there. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ProviderReport } from '../engine/providers'
import { imagesInMemory } from '../views/images'
import { simclr } from './simclr'
import { readPlan, writePlan } from './step-plan'

const size = 16
const images = imagesInMemory(
  Uint8Array.from({ length: 8 * size * size * 3 }, (_, at) => (at * 37) % 251),
  size,
)

async function notesOf(folder: string, tried: readonly ProviderReport[]): Promise<string[]> {
  const parameters = simclr.descriptor.parameters.parse({ epochs: 1, encoder: 'nano', domain: 'photos' })
  const fitting = simclr.fit({ images, seed: 1, parameters, threads: 1, folder, providers: async () => tried })
  for (let event = await fitting.next(); ; event = await fitting.next()) if (event.done) return event.value.notes
}

it('notes why it trained on the processor, also when it goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-provider-'))
  const absent = { provider: 'webgpu', speed: null, reason: 'no adapter' }
  const note = 'Trained on the processor: the graphics card (WebGPU) does not run here: no adapter.'
  expect(await notesOf(folder, [absent])).toContain(note)
  expect(readPlan(folder)).toMatchObject({ provider: 'cpu', providerNote: note })
  expect(await notesOf(folder, [])).toContain(note)
})

it('says nothing where there is no choice, and goes on on the processor where its provider is gone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-provider-'))
  expect((await notesOf(folder, [])).join()).not.toMatch(/processor/)
  writePlan(folder, { ...readPlan(folder)!, provider: 'nosuch' })
  expect(await notesOf(folder, [])).toContainEqual(
    expect.stringMatching(/^Went on on the processor: nosuch does not run this step/),
  )
})
