/** Looks at an encoder whose scores are known: the mean colour of an image. */
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LookRecord } from '@shared/look'
import { expect, it } from 'vitest'
import { exportForward } from '../engine/forward'
import { tf } from '../engine/tfjs'
import { imagesInMemory } from '../views/images'
import { Looks } from './looks'
import { poolOf } from './score-pool'

const size = 8
/** Each image of one colour; the hues of neighbours in the row are alike. */
const hues = 24
const pixels = new Uint8Array(hues * size * size * 3)
for (let image = 0; image < hues; image++) {
  const angle = (2 * Math.PI * image) / hues
  for (let at = 0; at < size * size; at++)
    [0, 1, 2].forEach((channel) => (pixels[(image * size * size + at) * 3 + channel] = 128 + 100 * Math.cos(angle + 2 * channel)))
}
const meanColour = await exportForward((_, { images }) => ({ embeddings: tf.mean(images!, [1, 2]) }), {
  variables: {},
  inputs: { images: { shape: [size, size, 3], type: 'uint8' } },
})
const encoder = { model: meanColour, dimensions: 3 }
const pool = poolOf(imagesInMemory(pixels, size), 400)
const ordinals = Uint32Array.from({ length: hues }, (_, position) => 1000 + position)
const read = (folder: string) => JSON.parse(readFileSync(join(folder, 'looks.json'), 'utf8')) as LookRecord

it('writes down scores, and the images most like some', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-looks-'))
  let seconds = 0
  const looks = new Looks({ folder, pool, ordinals, threads: 1, clock: () => (seconds += 5) })
  await looks.take(encoder, 0)
  const { scores } = await looks.take(encoder, 30)
  // Colours lie on an ellipse: two directions, spread out, and versions of an image are near it.
  expect(scores['effectiveRank']).toBeGreaterThan(1.5)
  expect(scores['effectiveRank']).toBeLessThan(2.1)
  expect(scores['uniformity']).toBeLessThan(-1)
  expect(scores['alignment']).toBeLessThan(1)
  expect(scores['retrieval']).toBeGreaterThan(1 / hues)
  const { looks: taken, before, now } = read(folder)
  expect(taken.map(({ step, seconds: at }) => [step, at])).toEqual([[0, 5], [30, 10]]) // prettier-ignore
  expect(before).toEqual(now)
  expect(now).toHaveLength(6)
  for (const { of, like } of now!) {
    const around = [of - 1, of + 1].map((other) => 1000 + ((other - 1000 + hues) % hues))
    expect(like.slice(0, 2).sort()).toEqual(around.sort())
  }
})

it('goes on where a run goes on, and keeps one look of the beginning and one of the end', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-looks-'))
  const opened = () => new Looks({ folder, pool, ordinals, threads: 1, clock: () => 1 })
  const looks = opened()
  for (const step of [0, 0, 10, 20, null, null]) await looks.take(encoder, step)
  expect(opened().taken.map(({ step }) => step)).toEqual([0, 10, 20, null])
  const resumed = opened()
  resumed.goOnFrom(20)
  expect(resumed.taken.map(({ step }) => step)).toEqual([0, 10])
  expect(read(folder).looks).toHaveLength(2)
})
