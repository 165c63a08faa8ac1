/** BMP through the one decode: palettes, 24 bits, run lengths, and what is cut short. */
import { expect, test } from 'vitest'
import { decode, expectQuadrants, problem } from './decoding.fixture'
import { bmp } from './made-files.fixture'

test('BMP: palettes, 24 bits, run lengths', async () => {
  const palette = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ]
  const quadrant = (index: number) => (index % 40 >= 20 ? 1 : 0) + (index >= 800 ? 2 : 0)
  const upsideDown = Array.from({ length: 1600 }, (_, index) => (39 - Math.floor(index / 40)) * 40 + (index % 40))
  const eight = Buffer.from(upsideDown.map(quadrant))
  const full = Buffer.from(upsideDown.flatMap((index) => palette[quadrant(index)]!.toReversed()))
  const runs = Buffer.from(
    [...Array<number[]>(20).fill([20, 2, 20, 3, 0, 0]), ...Array<number[]>(20).fill([20, 0, 20, 1, 0, 0]), [0, 1]].flat(),
  )
  const size = { width: 40, height: 40 }
  for (const file of [
    bmp({ ...size, bits: 8, palette, rows: eight }),
    bmp({ ...size, bits: 24, rows: full }),
    bmp({ ...size, bits: 8, compression: 1, palette, rows: runs }),
  ]) {
    const image = await decode(file, 'a.bmp')
    expect(image).toMatchObject({ format: 'bmp', width: 40, height: 40 })
    expectQuadrants(image.pixels, 0)
  }
  await problem(bmp({ ...size, bits: 24, rows: full.subarray(0, 100) })).toMatchObject({ code: 'truncated' })
  await problem(bmp({ width: 60_000, height: 60_000, bits: 24, rows: full })).toMatchObject({ code: 'too-large' })
})
