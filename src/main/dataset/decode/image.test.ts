/** Every kind of photo through the one decode, made here, against what was put in. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { corners, decode, decoders, expectQuadrants, problem, quadrants, upright } from './decoding.fixture'
import { renderForBrowser } from './image'

const folder = mkdtempSync(join(tmpdir(), 'handful-decode-'))
afterAll(() => rmSync(folder, { recursive: true }))

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
