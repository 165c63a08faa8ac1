/** DICOM through the one decode: windows, colours by plane, bits stored and compressed frames. */
import { expect, test } from 'vitest'
import { at, decode, expectQuadrants, problem, quadrants, upright } from './decoding.fixture'
import { dicom } from './made-files.fixture'

test.each([
  ['by its own window', { 0x00281050: '20', 0x00281051: '20' }, 'MONOCHROME2', 'from 10 to 30', [0, 255, 255]],
  ['by percentiles, rescaled', { 0x00281052: '-1000', 0x00281053: '2' }, 'MONOCHROME2', 'from -1,000 to -802', [0, 129, 255]],
  ['inverted', { 0x00281050: '50', 0x00281051: '100' }, 'MONOCHROME1', 'from 0 to 100', [255, 128, 3]],
])('DICOM %s', async (_, texts, colours, note, shown) => {
  const pixels = Buffer.alloc(1600 * 2)
  for (let index = 0; index < 1600; index++) pixels.writeInt16LE(Math.min(99, Math.floor(index / 16)), index * 2)
  const image = await decode(dicom({ width: 40, height: 40, signed: true, colours, texts, pixels }), 'a.dcm')
  expect(image).toMatchObject({ format: 'dicom', width: 40, height: 40 })
  expect(image.notes.join()).toContain(note)
  for (const [index, level] of shown.entries()) expect(Math.abs(at(image.pixels, index * 799) - level)).toBeLessThan(4)
})

test('DICOM in colour by plane, in 12 of 16 bits with an overlay above, and as JPEG', async () => {
  const planes = Buffer.from([0, 1, 2].flatMap((channel) => [...quadrants].filter((_, index) => index % 3 === channel)))
  const facts = { width: 40, height: 40, bits: 8, samples: 3, colours: 'RGB' } as const
  expectQuadrants((await decode(dicom({ ...facts, planar: true, pixels: planes }))).pixels, 0)
  expectQuadrants((await decode(dicom({ ...facts, pixels: quadrants }))).pixels, 0)
  const pixels = Buffer.alloc(3200)
  for (let index = 0; index < 1600; index++) pixels.writeUInt16LE(0xf000 | index, index * 2)
  expect((await decode(dicom({ width: 40, height: 40, stored: 12, pixels }))).notes[0]).toContain('from 1 to 1,598')
  const jpeg = await upright.clone().jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()
  expectQuadrants((await decode(dicom({ ...facts, syntax: '1.2.840.10008.1.2.4.50', pixels: jpeg }))).pixels, 12)
  await problem(dicom({ ...facts, syntax: '1.2.840.10008.1.2.4.90', pixels: jpeg })).toMatchObject({
    code: 'unsupported',
    message: /JPEG 2000/,
  })
  await problem(dicom({ ...facts, pixels: quadrants.subarray(0, 100) })).toMatchObject({ code: 'truncated' })
})
