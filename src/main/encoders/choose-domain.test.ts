import { expect, it } from 'vitest'
import { withProducts } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { imagesInMemory } from '../views/images'
import { chooseDomain } from './choose-domain'

const size = 24

/** One of two glyphs, an L or a wedge, drawn at random places; turned as `turn` says. */
function glyphs(count: number, turn: (draws: ReturnType<typeof random>) => { mirrored: boolean; quarters: number }) {
  const draws = random(11)
  const pixels = new Uint8Array(count * size * size * 3).fill(20)
  for (let image = 0; image < count; image++) {
    const { mirrored, quarters } = turn(draws)
    const wide = image % 2 === 0 ? 3 : 6
    const shade = 150 + draws.below(100)
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 12; x++) {
        if (!(x < wide || (y >= 12 && x < 11))) continue
        let [u, v] = [mirrored ? size - 1 - (6 + x) : 6 + x, 4 + y]
        for (let step = 0; step < quarters; step++) [u, v] = [v, size - 1 - u]
        pixels.fill(shade, ((image * size + v) * size + u) * 3, ((image * size + v) * size + u) * 3 + 3)
      }
  }
  return imagesInMemory(pixels, size)
}
const chosen = (images: ReturnType<typeof glyphs>) =>
  withProducts(1, (products) => chooseDomain(images, { seed: 0, threads: 1 }, products))

it('takes letters for symbols, mirrored things for photos, turned ones for microscopy, and says why', async () => {
  const upright = await chosen(glyphs(120, () => ({ mirrored: false, quarters: 0 })))
  expect(upright).toMatchObject({ domain: 'symbols' })
  expect(upright.note).toMatch(/Text, symbols, parts.*left and right count/)
  const mirrored = glyphs(120, (draws) => ({ mirrored: draws.below(2) === 1, quarters: 0 }))
  expect((await chosen(mirrored)).domain).toBe('photos')
  const turned = glyphs(160, (draws) => ({ mirrored: draws.below(2) === 1, quarters: draws.below(4) }))
  expect((await chosen(turned)).domain).toBe('microscopy')
  const flipped = glyphs(160, (draws) => ({ mirrored: draws.below(2) === 1, quarters: 2 * draws.below(2) }))
  expect(await chosen(flipped)).toMatchObject({
    domain: 'photos',
    note: expect.stringMatching(/up and down do not count.*only mirroring/) as string,
  })
})
