import { describe, expect, it } from 'vitest'
import { type MatrixProducts, withProducts } from '../engine/linear-algebra'
import { withSession } from '../engine/session'
import { type ImageSource, imagesInMemory, subset } from '../views/images'
import { embedAll } from './embed'
import { fitInstantEncoder, type InstantEncoder, type InstantSettings } from './instant'
import { shapes } from './shapes.fixture'
import type { Stage } from './stage'

const quick: InstantSettings = { filters: 24, views: 6, dimensions: 16, symmetry: 'auto', seed: 3, threads: 1 }

async function fit(images: ImageSource, settings: Partial<InstantSettings> = {}) {
  return withProducts(1, (products) => follow(images, { ...quick, ...settings }, products))
}

async function follow(images: ImageSource, settings: InstantSettings, products: MatrixProducts) {
  const stages: Stage[] = []
  const steps = fitInstantEncoder(images, settings, products)
  for (;;) {
    const step = await steps.next()
    if (step.done) return { ...step.value, stages }
    stages.push(step.value)
  }
}

const embed = ({ model }: InstantEncoder, images: ImageSource) => embedAll(model, images, 1)

function nearestShareClass(embeddings: Float32Array, dimensions: number, classes: number[]): number {
  const row = (index: number) => embeddings.subarray(index * dimensions, (index + 1) * dimensions)
  const cosine = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, at) => sum + value * b[at]!, 0) / Math.hypot(...a) / Math.hypot(...b)
  const right = classes.filter((one, index) => {
    const best = classes.map((_, other) => (other === index ? -2 : cosine(row(index), row(other))))
    return classes[best.indexOf(Math.max(...best))] === one
  })
  return right.length / classes.length
}

describe('the instant encoder', () => {
  it('keeps apart what is drawn, grey and in colour, and tells what it chose', async () => {
    for (const colour of ['grey', 'colour'] as const) {
      const { images, classes } = shapes(90, 24, colour)
      const encoder = await fit(images)
      expect(nearestShareClass(await embed(encoder, images), encoder.dimensions, classes)).toBeGreaterThan(0.9)
      expect(encoder.notes.join(' ')).toContain(colour === 'grey' ? 'grey' : 'have colour')
      expect(encoder.notes.join(' ')).toContain('look like the rest of the folder')
    }
  })

  it('comes out the same under the same seed, and otherwise under another', async () => {
    const { images } = shapes(30, 16, 'colour')
    const [first, again, other] = [await fit(images), await fit(images), await fit(images, { seed: 4 })]
    expect(Buffer.from(first.model).equals(again.model)).toBe(true)
    expect(Buffer.from(first.model).equals(other.model)).toBe(false)
  })

  it('embeds each image alike in any batch and order', async () => {
    const { images } = shapes(30, 16, 'grey')
    const encoder = await fit(images)
    const all = await embed(encoder, images)
    const reversed = await embed(encoder, subset(images, [29, 7, 0]))
    const row = (of: Float32Array, index: number) => of.subarray(index * encoder.dimensions, (index + 1) * encoder.dimensions)
    const pairs = [
      [0, 29],
      [1, 7],
      [2, 0],
    ] as const
    for (const [here, there] of pairs)
      row(reversed, here).forEach((value, d) => expect(value).toBeCloseTo(row(all, there)[d]!, 4))
  })

  it('counts up to the whole', async () => {
    const { stages } = await fit(shapes(30, 16, 'grey').images)
    const wholes = stages.map(({ whole }) => whole)
    expect(wholes).toEqual(wholes.toSorted((a, b) => a - b))
    expect(wholes[0]).toBe(0)
    expect(wholes.at(-1)).toBe(1)
    for (const { done, total } of stages) expect(done).toBeLessThanOrEqual(total)
  })

  it.each([8, 9, 15, 31])('takes images of %i px', async (size) => {
    const { images } = shapes(24, size, size % 2 ? 'colour' : 'grey')
    const encoder = await fit(images)
    const embeddings = await embed(encoder, images)
    expect(embeddings.length).toBe(24 * encoder.dimensions)
    expect(embeddings.every(Number.isFinite)).toBe(true)
  })

  it.each([1, 2, 3, 4, 5, 6, 9])('copes with %i images', async (count) => {
    const { images } = shapes(count, 16, 'grey')
    const encoder = await fit(images)
    const embeddings = await embed(encoder, images)
    expect(embeddings.length).toBe(count * encoder.dimensions)
    expect(embeddings.every(Number.isFinite)).toBe(true)
    if (count <= 4) expect(encoder.notes[0]).toContain('too few different images')
    else expect(encoder.dimensions).toBe(Math.min(16, count - 1))
  })

  it('uses plain pixels where all images are the same or flat', async () => {
    const { images } = shapes(1, 16, 'colour')
    const same = subset(images, new Uint32Array(40))
    const flat = imagesInMemory(new Uint8Array(40 * 16 * 16 * 3).fill(90), 16)
    for (const source of [same, flat]) {
      const encoder = await fit(source)
      expect(encoder.notes[0]).toContain('too few different images')
      expect((await embed(encoder, source)).every(Number.isFinite)).toBe(true)
    }
  })

  it('stays finite on images unlike any it saw', async () => {
    const encoder = await fit(shapes(30, 16, 'grey').images)
    const odd = imagesInMemory(
      Uint8Array.from({ length: 3 * 16 * 16 * 3 }, (_, at) => (at < 768 ? 0 : at < 1536 ? 255 : (at * 97) % 256)),
      16,
    )
    expect((await embed(encoder, odd)).every(Number.isFinite)).toBe(true)
  })

  it('is one standalone model from uint8 pixels to floats', async () => {
    const { images } = shapes(30, 16, 'grey')
    const { model, dimensions } = await fit(images)
    await withSession(model, { threads: 1 }, async (session) => {
      expect([session.inputs, session.outputs]).toEqual([['images'], ['embeddings']])
      const result = await session.run({ images: { type: 'uint8', shape: [2, 16, 16, 3], data: images.read([0, 1]) } })
      expect([result.embeddings!.type, ...result.embeddings!.shape]).toEqual(['float32', 2, dimensions])
    })
    expect(new TextDecoder('latin1').decode(model)).not.toContain('com.microsoft')
  })
})
