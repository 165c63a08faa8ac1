/** Deep greys and colours: which values become black and white, and that it is said. */
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { at, decode, expectQuadrants, quadrants } from './decoding.fixture'
import { tiff } from './made-files.fixture'

const ramp = { width: 40, height: 40, channels: 1 as const }

test.each([
  [
    'unsigned 16 bits of 12',
    tiff({ ...ramp, bits: 16, format: 1 }, (data, to, index) => data.writeUInt16LE(1000 + index, to)),
    'from 1,001 to 2,598',
  ],
  [
    'signed 16 bits',
    tiff({ ...ramp, bits: 16, format: 2 }, (data, to, index) => data.writeInt16LE(index - 800, to)),
    'from -799 to 798',
  ],
  ['floats', tiff({ ...ramp, bits: 32, format: 3 }, (data, to, index) => data.writeFloatLE(index / 1600, to)), 'from 0.0006'],
  [
    'unsigned 32 bits',
    tiff({ ...ramp, bits: 32, format: 1 }, (data, to, index) => data.writeUInt32LE(index * 1e6, to)),
    'from 1,000,000 to 1,598',
  ],
])('a TIFF of %s is windowed by percentiles, as noted', async (_, bytes, note) => {
  const { notes, pixels } = await decode(bytes, 'a.tif')
  expect(notes).toHaveLength(1)
  expect(notes[0]).toContain(note)
  expect([at(pixels, 0), at(pixels, 1599)]).toEqual([0, 255])
  expect(Math.abs(at(pixels, 800) - 128)).toBeLessThan(3)
})

test('what is no number in a float TIFF is black', async () => {
  const bytes = tiff({ ...ramp, bits: 32, format: 3 }, (data, to, index) =>
    data.writeFloatLE(index === 0 ? Number.NaN : 5 + (index % 2), to),
  )
  const { pixels } = await decode(bytes, 'a.tif')
  expect([at(pixels, 0), at(pixels, 2), at(pixels, 3)]).toEqual([0, 0, 255])
})

test('16-bit colour: all of the range for photos, a window for dim cameras', async () => {
  const deep = (factor: number) =>
    tiff({ width: 40, height: 40, channels: 3, bits: 16, format: 1 }, (data, to, index) =>
      data.writeUInt16LE(quadrants[index]! * factor, to),
    )
  const photo = await decode(deep(257), 'a.tif')
  expect(photo.notes).toEqual([])
  expectQuadrants(photo.pixels, 0)
  const dim = await decode(deep(16), 'a.tif')
  expect(dim.notes[0]).toContain('from 0 to 4,080')
  expectQuadrants(dim.pixels, 0)
})

test('a 16-bit grey PNG is windowed too', async () => {
  const values = Uint16Array.from({ length: 1600 }, (_, index) => 100 + index)
  const raw = { raw: { width: 40, height: 40, channels: 1, depth: 'ushort' } } as const
  const png = await sharp(values, raw as never)
    .toColourspace('grey16')
    .png()
    .toBuffer()
  const { notes, pixels } = await decode(png, 'a.png')
  expect(notes[0]).toContain('shown as black to white')
  expect([at(pixels, 0), at(pixels, 1599)]).toEqual([0, 255])
})
