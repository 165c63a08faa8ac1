/** Every kind of image through the one decode, made here, against what was put in. */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fit } from '@shared/model'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { workerArguments } from '../../hosts/worker-entry'
import { HeicThreads } from './heic-threads'
import { decodeImage, renderForBrowser } from './image'
import { bmp, dicom, tiff } from './made-files.fixture'
import { readImageFile } from './read-file'
import { takeTurns } from './turns'

const decoders = { turns: takeTurns(), heic: new HeicThreads(workerArguments('heic')) }
const folder = mkdtempSync(join(tmpdir(), 'handful-decode-'))
afterAll(async () => {
  await decoders.heic.close()
  rmSync(folder, { recursive: true })
})

const decode = (bytes: Buffer, name = 'a.jpg', size = 40, fit: Fit = 'stretch') =>
  decodeImage(Buffer.from(name), { bytes, sha256: createHash('sha256').update(bytes).digest() }, size, fit, decoders)
const problem = (bytes: Buffer, name?: string) => expect(decode(bytes, name)).rejects

/** 40 × 40: red, green / blue, white. */
const quadrants = Buffer.from(
  Array.from({ length: 1600 }, (_, at) => {
    const [right, low] = [at % 40 >= 20, at >= 800]
    return low ? (right ? [255, 255, 255] : [0, 0, 255]) : right ? [0, 255, 0] : [255, 0, 0]
  }).flat(),
)
const upright = sharp(quadrants, { raw: { width: 40, height: 40, channels: 3 } })
/** Away from the borders between the quadrants. */
const corners = (pixels: Uint8Array) =>
  [
    [10, 10],
    [30, 10],
    [10, 30],
    [30, 30],
  ].map(([x, y]) => [...pixels.subarray((y! * 40 + x!) * 3, (y! * 40 + x!) * 3 + 3)])
function expectQuadrants(pixels: Uint8Array, tolerance: number): void {
  const wanted = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ]
  const off = corners(pixels).flatMap((colour, index) =>
    colour.map((value, channel) => Math.abs(value - wanted[index]![channel]!)),
  )
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance)
}

/** EXIF orientations: where the stored pixel lies that is shown at (x, y); `w` and `h` are the stored size. */
const stored: Record<number, (x: number, y: number, w: number, h: number) => [number, number]> = {
  1: (x, y) => [x, y],
  2: (x, y, w) => [w - 1 - x, y],
  3: (x, y, w, h) => [w - 1 - x, h - 1 - y],
  4: (x, y, _, h) => [x, h - 1 - y],
  5: (x, y) => [y, x],
  6: (x, y, _, h) => [y, h - 1 - x],
  7: (x, y, w, h) => [w - 1 - y, h - 1 - x],
  8: (x, y, w) => [w - 1 - y, x],
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])('orientation %d is applied, and the size is the upright one', async (orientation) => {
  const [width, height] = [60, 40]
  const shown = await upright.clone().resize(width, height, { fit: 'fill', kernel: 'nearest' }).raw().toBuffer()
  const [w, h] = orientation >= 5 ? [height, width] : [width, height]
  const turned = Buffer.alloc(shown.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = stored[orientation]!(x, y, w, h)
      shown.copy(turned, (fromY * w + fromX) * 3, (y * width + x) * 3, (y * width + x) * 3 + 3)
    }
  }
  const jpeg = sharp(turned, { raw: { width: w, height: h, channels: 3 } }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
  const image = await decode(await jpeg.withMetadata({ orientation }).toBuffer())
  expect([image.width, image.height]).toEqual([width, height])
  expectQuadrants(image.pixels, 12)
})

test.each([
  ['png', () => upright.clone().png().toBuffer(), 0],
  ['webp', () => upright.clone().webp({ lossless: true }).toBuffer(), 0],
  ['gif', () => upright.clone().gif().toBuffer(), 3],
  ['tiff', () => upright.clone().tiff({ compression: 'lzw' }).toBuffer(), 0],
  ['jpeg', () => upright.clone().jpeg({ progressive: true, quality: 95 }).toBuffer(), 12],
  ['avif', () => upright.clone().avif({ quality: 95 }).toBuffer(), 16],
  ['netpbm', () => Promise.resolve(Buffer.concat([Buffer.from('P6\n# made here\n40 40\n255\n'), quadrants])), 0],
])('%s is known by its bytes whatever its name, and shows what was drawn', async (format, make, tolerance) => {
  const image = await decode(await make(), 'wrong.name')
  expect(image).toMatchObject({ format, width: 40, height: 40, notes: [] })
  expectQuadrants(image.pixels, tolerance)
})

test('CMYK becomes RGB and says so', async () => {
  const image = await decode(await upright.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer())
  expect(image.notes).toEqual(['CMYK colours converted to RGB.'])
  const [red] = corners(image.pixels)
  expect(red![0]! - Math.max(red![1]!, red![2]!)).toBeGreaterThan(100)
})

test('transparency shows neutral grey', async () => {
  const clear = sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } } })
  expect(new Set((await decode(await clear.png().toBuffer())).pixels)).toEqual(new Set([128]))
})

test('the first frame of an animation, noted', async () => {
  const frames = [upright.clone().png().toBuffer(), upright.clone().negate().png().toBuffer()]
  const image = await decode(
    await sharp(await Promise.all(frames), { join: { animated: true } })
      .gif()
      .toBuffer(),
  )
  expect(image).toMatchObject({ width: 40, height: 40, notes: ['First frame of 2.'] })
  expectQuadrants(image.pixels, 3)
})

const ramp = { width: 40, height: 40, channels: 1 as const }
const at = (pixels: Uint8Array, index: number) => pixels[index * 3]!

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

test('drawings: no scripts, nothing from outside, small ones drawn large', async () => {
  writeFileSync(join(folder, 'secret.png'), await upright.clone().png().toBuffer())
  const drawing = (inside: string) =>
    Buffer.from(
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="20">${inside}</svg>`,
    )
  const green = '<rect width="20" height="20" fill="#00ff00"/>'
  const outside = `<image xlink:href="file://${folder}/secret.png" width="20" height="20"/><image href="http://127.0.0.1:9/x.png" width="20" height="20"/>`
  const script = '<script>document.documentElement.remove()</script>'
  const image = await decode(drawing(green + script + outside), 'a.svg')
  expect(image).toMatchObject({ format: 'svg', width: 20, height: 20 })
  expect(new Set(corners(image.pixels).flat())).toEqual(new Set([0, 255]))
  const circle = await decode(drawing('<circle cx="10" cy="10" r="9"/>'), 'a.svg')
  expect((await sharp(circle.thumbnail.bytes).metadata()).width).toBe(192)
})

test('an entity bomb in a drawing ends quickly', async () => {
  const entities = Array.from({ length: 12 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('')
  const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "x">${entities}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e12;</text></svg>`
  await decode(Buffer.from(bomb), 'a.svg').catch((cause: unknown) => expect(cause).toHaveProperty('code'))
}, 10_000)

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

test('what is no whole image is refused with a code and a sentence', async () => {
  const large = sharp({
    create: { width: 640, height: 480, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 40 } },
  })
  for (const whole of [await large.clone().jpeg().toBuffer(), await large.clone().png().toBuffer()]) {
    await problem(whole.subarray(0, whole.length / 2)).toMatchObject({
      code: 'truncated',
      message: expect.stringContaining('too early') as string,
    })
  }
  const png = await large.clone().png().toBuffer()
  png.fill(0, 2000, 3000)
  await problem(png).toMatchObject({ code: 'damaged' })
  await problem(Buffer.from('<html><body>404</body></html>')).toMatchObject({ code: 'not-an-image' })
  await problem(Buffer.from('\0\0\0\x0cjP  '), 'scan.jp2').toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('JPEG 2000') as string,
  })
  await problem(Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(2000)])).toMatchObject({
    code: 'damaged',
  })
})

test('a decompression bomb is refused by its header', async () => {
  const png = await upright.clone().png().toBuffer()
  png.writeUInt32BE(50_000, 16)
  png.writeUInt32BE(50_000, 20)
  const { crc32 } = await import('node:zlib')
  png.writeUInt32BE(crc32(png.subarray(12, 29)), 29)
  await problem(png).toMatchObject({ code: 'too-large' })
})

test('small images keep every pixel in their thumbnail, larger ones are at most 192 px', async () => {
  const small = await decode(await upright.clone().png().toBuffer())
  expect(small.thumbnail.type).toBe('image/png')
  expect(await sharp(small.thumbnail.bytes).toColourspace('srgb').removeAlpha().raw().toBuffer()).toEqual(quadrants)
  const grey = await decode(await upright.clone().greyscale().png().toBuffer())
  expect((await sharp(grey.thumbnail.bytes).metadata()).channels).toBe(1)
  const large = await decode(await upright.clone().resize(500, 250, { fit: 'fill' }).png().toBuffer())
  expect(large.thumbnail.type).toBe('image/jpeg')
  expect(await sharp(large.thumbnail.bytes).metadata()).toMatchObject({ width: 192, height: 96 })
})

test('crops of long strips are as sharp as the image', async () => {
  const strip = await upright.clone().resize(2000, 100, { fit: 'fill' }).png().toBuffer()
  const stripes = await sharp(strip)
    .composite([{ input: Buffer.from('<svg width="2000" height="100"><rect x="1000" width="8" height="100"/></svg>') }])
    .png()
    .toBuffer()
  const { pixels } = await decode(stripes, 'a.png', 64, 'crop')
  expect(Math.min(...pixels.subarray(32 * 192, 33 * 192))).toBe(0)
})

test('the pixel hash knows the picture from what is written about it', async () => {
  const plain = await decode(await upright.clone().png().toBuffer())
  const written = await decode(
    await upright
      .clone()
      .png({ compressionLevel: 1 })
      .withExif({ IFD0: { Artist: 'someone' } })
      .toBuffer(),
  )
  expect(written.pixelHash).toEqual(plain.pixelHash)
  const touched = Buffer.from(quadrants)
  touched[300] = touched[300]! ^ 1
  const other = await decode(
    await sharp(touched, { raw: { width: 40, height: 40, channels: 3 } })
      .png()
      .toBuffer(),
  )
  expect(other.pixelHash).not.toEqual(plain.pixelHash)
})

test('when and with what: the camera’s clock, whatever the time zone here', async () => {
  const exif = { IFD0: { Make: 'Canon', Model: 'Canon EOS 5D' }, IFD2: { DateTimeOriginal: '2021:05:31 06:07:08' } }
  expect(await decode(await upright.clone().jpeg().withExif(exif).toBuffer())).toMatchObject({
    takenAt: Date.UTC(2021, 4, 31, 6, 7, 8),
    camera: 'Canon EOS 5D',
  })
  expect(await decode(await upright.clone().jpeg().toBuffer())).toMatchObject({ takenAt: null, camera: null })
})

test('files are read whole, once; what cannot be an image is not read at all', async () => {
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return readImageFile(Buffer.from(join(folder, name)))
  }
  const png = await upright.clone().png().toBuffer()
  expect(await write('a.bin', png)).toEqual({ bytes: png, sha256: createHash('sha256').update(png).digest() })
  expect(await write('b.bin', Buffer.alloc(5000))).toBeNull()
  await expect(write('c.png', Buffer.alloc(0))).rejects.toMatchObject({ code: 'empty-file' })
  await expect(readImageFile(Buffer.from(join(folder, 'none.png')))).rejects.toMatchObject({ code: 'unreadable' })
  await expect(readImageFile(Buffer.from(folder))).rejects.toMatchObject({ code: 'unreadable' })
})

test('an original is rendered as a JPEG of at most the side asked for', async () => {
  const path = Buffer.from(join(folder, 'large.tif'))
  writeFileSync(path, await upright.clone().resize(300, 300).tiff().toBuffer())
  expect(await sharp(await renderForBrowser(path, 100, decoders)).metadata()).toMatchObject({ format: 'jpeg', width: 100 })
})

const data = process.env['HANDFUL_DATA']
test.runIf(data)('photos of a phone: HEIC, upright, with the camera’s facts', async () => {
  const image = await decode(readFileSync(join(data!, 'photo_mix/exif-samples/IMG_5195.HEIC')), 'IMG_5195.HEIC')
  expect(image).toMatchObject({ format: 'heic', width: 2566, height: 3313 })
  expect(new Set(image.pixels).size).toBeGreaterThan(100)
  expect(image.camera).toContain('iPhone')
})
