/** The race on images that are easy to tell apart, few, or all the same; and its repetition by plan. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HandfulError } from '@shared/errors'
import { expect, it } from 'vitest'
import { embedAll } from '../encoders/embed'
import { shapes } from '../encoders/shapes.fixture'
import { matrix, withProducts } from '../engine/linear-algebra'
import { readCheckpoint } from '../engine/training/checkpoint'
import { knnAccuracy } from '../evaluate/knn-accuracy'
import { type ImageSource, imagesInMemory } from '../views/images'
import { auto } from './auto'
import { lengthOf } from './race-network'
import { copyPlans, readPlan, writePlan } from './step-plan'

const fresh = () => mkdtempSync(join(tmpdir(), 'handful-auto-'))

const makeFolder = (path: string) => {
  mkdirSync(path)
  return path
}

const stock = join(import.meta.dirname, '../../../resources/encoders/stock.onnx')

async function race(
  images: ImageSource,
  folder: string,
  given: { minutes?: number; alone?: boolean; makeViews?: () => Promise<Uint8Array> } = {},
) {
  const { minutes, alone, makeViews } = given
  const parameters = { symmetry: 'auto' as const, stock: !alone }
  const fitting = auto.fit({ images, seed: 1, threads: 1, parameters, folder, stock, minutes, makeViews })
  const stages = new Set<string>()
  for (let event = await fitting.next(); ; event = await fitting.next()) {
    if (event.done) return { ...event.value, stages }
    stages.add(event.value.stage)
  }
}

it('joins the stock encoder to the instant one, says why, and repeats itself by plan', { timeout: 240_000 }, async () => {
  const { images, classes } = shapes(60, 16, 'colour')
  const [folder, again] = [fresh(), fresh()]
  const first = await race(images, folder)
  expect(first.stages).toContain('Fitting the stock encoder to the images')
  expect(first.notes[0]).toMatch(/^The instant encoder is joined by the stock encoder/)
  const embeddings = matrix(60, first.dimensions, await embedAll(first.model, images, 1))
  expect(await withProducts(1, (products) => knnAccuracy(embeddings, classes, products))).toBeGreaterThan(0.95)
  expect(readPlan(folder)!.steps).toBeGreaterThan(0)
  // Without a budget no network is trained, and so it stays.
  expect(readPlan(join(folder, 'network'))!.steps).toBe(0)
  copyPlans(folder, again)
  // However much or little time there is: plans count altered versions and steps.
  const second = await race(images, again, { minutes: 60 })
  expect(Buffer.from(second.model).equals(Buffer.from(first.model))).toBe(true)
})

it('joins a network that learned in the time left, unless it learned too little', { timeout: 240_000 }, async () => {
  const { images, classes } = shapes(60, 16, 'colour')
  const [folder, again, short] = [fresh(), fresh(), fresh()]
  const plan = { batch: 30, threads: 1, secondsPerStep: 0.1, network: 'stock' as const }
  writePlan(makeFolder(join(folder, 'network')), { ...plan, steps: 40 })
  const first = await race(images, folder)
  expect(first.stages).toContain('Training')
  const learned = 'A network learned from these images'
  expect(first.notes[1]).toContain(`${learned} and joins: by it`)
  const how = first.notes.slice(2).join(' ')
  expect(how).toContain('The first layers of the network are those of the encoder that comes with the app')
  expect(how).toContain('Trained for 40 steps')
  const embeddings = matrix(60, first.dimensions, await embedAll(first.model, images, 1))
  // Two parts before it, of length 1 each where the network is no better than they are.
  const [by, without] = Array.from(first.notes[1]!.matchAll(/([\d.]+) %/g), ([, percent]) => Number(percent))
  const square = embeddings.data.subarray(0, first.dimensions).reduce((sum, value) => sum + value * value, 0)
  expect(square).toBeCloseTo(1 + 2 / Math.min(2, by! / without!) ** 2, 1)
  expect(await withProducts(1, (products) => knnAccuracy(embeddings, classes, products))).toBeGreaterThan(0.95)
  copyPlans(folder, again)
  const second = await race(images, again)
  expect(Buffer.from(second.model).equals(Buffer.from(first.model))).toBe(true)
  writePlan(makeFolder(join(short, 'network')), { ...plan, steps: 2, network: 'small' })
  // From nothing: behind the first blocks of the stock encoder even an untrained network finds images.
  const third = await race(images, short, { alone: true })
  expect(third.notes[1]).toContain(`${learned} but is left out`)
  expect(third.dimensions).toBeLessThan(first.dimensions)
  // As where training collapses again and again.
  const failing = fresh()
  copyPlans(short, failing)
  const makeViews = () => Promise.reject(new HandfulError('NOTHING_TO_DO', { what: 'training failed 4 times' }))
  const fourth = await race(images, failing, { alone: true, makeViews })
  expect(fourth.notes[1]).toContain('training failed 4 times')
  expect(fourth.dimensions).toBe(third.dimensions)
})

it(
  'a network goes on with partners, by plan again, and does not where there are no such steps',
  { timeout: 240_000 },
  async () => {
    const { images, classes } = shapes(60, 16, 'colour')
    const [folder, again] = [fresh(), fresh()]
    const plan = { batch: 30, threads: 1, secondsPerStep: 0.1, network: 'stock' as const }
    writePlan(makeFolder(join(folder, 'network')), { ...plan, steps: 40 })
    copyPlans(folder, again)
    writePlan(makeFolder(join(folder, 'network', 'partners')), { ...plan, steps: 20 })
    const first = await race(images, folder)
    expect(first.stages).toContain('Looking for images that are alike')
    expect(first.notes.join(' ')).toMatch(/Trained for 40 steps.* counts for less. It learned for 20 steps more\./)
    const [half, whole] = ['', 'partners'].map((part) => readCheckpoint(join(folder, 'network', part, 'checkpoint'))!)
    expect([half!.step, whole!.step]).toEqual([40, 20])
    // On from these weights: a step moves none much further than the learning rate, and networks that begin anew differ by more.
    const [from, to] = [half!, whole!].map(({ variables }) => variables['stage 2/down/weight']!.data as Float32Array)
    const moved = from!.reduce((most, value, at) => Math.max(most, Math.abs(value - to![at]!)), 0)
    expect(moved).toBeGreaterThan(0)
    expect(moved).toBeLessThan(20 * 0.004 * 1.5)
    const embeddings = matrix(60, first.dimensions, await embedAll(first.model, images, 1))
    expect(await withProducts(1, (products) => knnAccuracy(embeddings, classes, products))).toBeGreaterThan(0.95)
    // Half way, without a budget.
    const second = await race(images, again)
    expect(second.notes.join(' ')).not.toContain('steps more')
    expect(readPlan(join(again, 'network', 'partners'))!.steps).toBe(0)
    expect(Buffer.from(second.model).equals(Buffer.from(first.model))).toBe(false)
    const elsewhere = fresh()
    copyPlans(folder, elsewhere)
    expect(Buffer.from((await race(images, elsewhere, { minutes: 60 })).model).equals(Buffer.from(first.model))).toBe(true)
    // From the checkpoint of the first half, as after a kill between the two.
    rmSync(join(folder, 'network', 'partners', 'checkpoint'))
    const third = await race(images, folder)
    expect(Buffer.from(third.model).equals(Buffer.from(first.model))).toBe(true)
  },
)

it('a network that finds too few images goes on without partners, and is tested again', { timeout: 240_000 }, async () => {
  const { images } = shapes(60, 16, 'colour')
  const folder = fresh()
  const plan = { batch: 30, threads: 1, secondsPerStep: 0.1, network: 'small' as const }
  writePlan(makeFolder(join(folder, 'network')), { ...plan, steps: 2 })
  writePlan(makeFolder(join(folder, 'network', 'partners')), { ...plan, steps: 5 })
  const { notes, stages } = await race(images, folder, { alone: true })
  expect(readCheckpoint(join(folder, 'network', 'partners', 'checkpoint'))!.step).toBe(5)
  expect(notes.join(' ')).toContain('A network learned from these images but is left out')
  expect(stages).not.toContain('Looking for images that are alike')
})

it('lets a network count by how much oftener it finds images, within bounds', () => {
  const found = (count: number) => Uint8Array.from({ length: 100 }, (_, at) => (at < count ? 1 : 0))
  const lengths = [
    [60, 40],
    [95, 80],
    [40, 40],
    [90, 30],
    [5, 0],
    [0, 0],
  ].map(([by, before]) => lengthOf(found(by!), found(before!)))
  expect(lengths).toEqual([1.5, 1.1875, 1, 2, 2, 1])
})

it('compares fewer versions of many images in a short time, and again by plan', { timeout: 240_000 }, async () => {
  const { images } = shapes(500, 16, 'grey')
  const [folder, again] = [fresh(), fresh()]
  const short = await race(images, folder, { minutes: 0.001 })
  expect(short.notes.join(' ')).toContain('8 altered versions of each of 500 images were compared')
  copyPlans(folder, again)
  expect(readPlan(join(folder, 'instant'))!.steps).toBe(8)
  const repeated = await race(images, again, { minutes: 60 })
  expect(Buffer.from(repeated.model).equals(Buffer.from(short.model))).toBe(true)
})

it(
  'keeps to the instant encoder with few images, little time, by choice, or with nothing to see',
  { timeout: 120_000 },
  async () => {
    expect((await race(shapes(5, 16, 'grey').images, fresh())).notes[0]).toBe(
      'The instant encoder is used: there are only 5 images.',
    )
    expect((await race(shapes(40, 16, 'grey').images, fresh(), { minutes: 0.001 })).notes[0]).toContain(
      'there was no time for more',
    )
    expect((await race(shapes(40, 16, 'grey').images, fresh(), { alone: true })).notes[0]).toContain('from these images alone')
    const same = imagesInMemory(new Uint8Array(40 * 16 * 16 * 3).fill(90), 16)
    expect((await race(same, fresh())).notes.join(' ')).toContain('plain pixels')
  },
)
