/** Networks that begin with the first layers of the stock encoder: every task trains them, and leaves those layers as they are. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stemWeights } from '../encoders/stock-stem'
import { random } from '../engine/random'
import { readCheckpoint } from '../engine/training/checkpoint'
import { withSession } from '../engine/session'
import { lastStage } from '../labeling/finetune/last-stage'
import { imagesInMemory } from '../views/images'
import { kindOfNetwork } from './networks'
import { tasks } from './registry'
import { readPlan, writePlan } from './step-plan'
import type { FittedEncoder } from './task'

const stock = join(import.meta.dirname, '../../../resources/encoders/stock.onnx')
const draws = random(5)
const count = 8
const pixelsOf = (size: number) => Uint8Array.from({ length: count * size * size * 3 }, () => draws.below(256))
const fresh = () => mkdtempSync(join(tmpdir(), 'handful-stock-'))

async function fit(
  id: string,
  given: { size?: number; folder?: string; file?: string | undefined; [parameter: string]: unknown },
) {
  const { size = 16, folder = fresh(), file, ...parameters } = given
  const task = tasks.find(({ descriptor }) => descriptor.id === id)!
  const pixels = pixelsOf(size)
  const checked = task.descriptor.parameters.parse({ epochs: 2, domain: 'photos', ...parameters }) as unknown
  const fitting = task.fit({
    images: imagesInMemory(pixels, size),
    seed: 1,
    parameters: checked,
    threads: 1,
    folder,
    stock: file,
  })
  let event = await fitting.next()
  while (!event.done) event = await fitting.next()
  return { ...event.value, pixels, folder, variables: readCheckpoint(join(folder, 'checkpoint'))!.variables }
}

const embedded = ({ model }: Pick<FittedEncoder, 'model'>, pixels: Uint8Array, size: number) =>
  withSession(model, { threads: 1 }, (session) =>
    session.values({ images: { type: 'uint8', shape: [count, size, size, 3], data: pixels } }),
  )

const trained = tasks
  .map(({ descriptor }) => descriptor.id)
  .filter((id) => !['auto', 'instant', 'brought', 'pca', 'pixels'].includes(id))

describe.each([...trained.map((id) => [id, {}] as const), ['rotation', { puzzle: 'jigsaw' }] as const])(
  '%s %o',
  (id, parameters) => {
    it.each([32, 64])('trains behind the first layers, which stay as they are, %i px', { timeout: 60_000 }, async (size) => {
      const { variables, dimensions, folder, notes, pixels, ...encoder } = await fit(id, { ...parameters, size, file: stock })
      expect(kindOfNetwork(variables)).toBe('stock')
      expect(readPlan(folder)!.network).toBe('stock')
      expect(notes[0]).toContain('first layers of the network are those of the encoder that comes with the app')
      for (const [name, { data }] of Object.entries(stemWeights(readFileSync(stock)))) expect(variables[name]!.data).toEqual(data)
      const values = await embedded(encoder, pixels, size)
      expect(values.length).toBe(count * dimensions)
      expect(values.every(Number.isFinite)).toBe(true)
    })
  },
)

describe('which network is trained', () => {
  it('auto is that of the plan, else stock, and small where the file is missing', { timeout: 60_000 }, async () => {
    expect(kindOfNetwork((await fit('vicreg', { file: stock })).variables)).toBe('stock')
    expect(kindOfNetwork((await fit('vicreg', {})).variables)).toBe('small')
    for (const network of ['small', 'nano'] as const) {
      const folder = fresh()
      writePlan(folder, { steps: 1, batch: count, threads: 1, secondsPerStep: 1, network })
      expect(kindOfNetwork((await fit('vicreg', { file: stock, folder })).variables)).toBe(network)
    }
  })

  it('says that the file is missing where it was asked for', async () => {
    await expect(fit('vicreg', { encoder: 'stock' })).rejects.toMatchObject({ code: 'BAD_PARAMETER', data: { name: 'encoder' } })
  })

  it('a run that starts from another has its kind, and all of its weights', { timeout: 60_000 }, async () => {
    const [behind, alone] = [fresh(), fresh()]
    const first = await fit('vicreg', { file: stock, folder: behind })
    await fit('vicreg', { encoder: 'small', folder: alone })
    for (const [folder, kind] of [
      [behind, 'stock'],
      [alone, 'small'],
    ] as const) {
      writeFileSync(join(folder, 'encoder.onnx'), first.model)
      const { variables, notes } = await fit('vicreg', { file: stock, startFrom: folder })
      expect(kindOfNetwork(variables)).toBe(kind)
      expect(notes.join(' ')).toMatch(/: (\d+) of \1 sets of weights/)
    }
  })
})

it('the last stage of such a network is tuned alone, and starts as the encoder', { timeout: 60_000 }, async () => {
  const { variables, pixels, dimensions, ...encoder } = await fit('vicreg', { file: stock })
  const tail = (await lastStage(variables, 16, dimensions))!
  expect(Object.keys(tail.weights).every((name) => name.startsWith('stage 2/'))).toBe(true)
  const { model } = await tail.finish(tail.weights)
  const [its, whole] = [await embedded(encoder, pixels, 16), await embedded({ model }, pixels, 16)]
  whole.forEach((value, at) => expect(value).toBeCloseTo(its[at]!, 4))
})
