/** One pass over an image file: hashes, size, thumbnail, and the square pixels that encoders read. Worker only. */
import { createHash } from 'node:crypto'
import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Fit } from '@shared/model'
import exifr from 'exifr'
import sharp, { type Metadata, type Sharp } from 'sharp'
import { decodeBmp } from './decoders/bmp'
import { decodeDicom } from './decoders/dicom'
import { decodeHeic } from './decoders/heic'
import type { RawImage } from './decoders/raw-image'
import { applyWindow, percentileWindow, windowNote } from './decoders/window'
import { ImageProblem, problemOf, tooLarge } from './problem'
import { type Format, looksLikeImage, sniff } from './sniff'

/** Longer side of a thumbnail, px. */
export const thumbnailSide = 192
/** Images up to this side are kept losslessly, px. */
const losslessSide = 96
/** Above the largest medium-format cameras; refused from the header, before any pixel is decoded. */
const pixelLimit = 160e6
const byteLimit = 512 * 2 ** 20
/** What shows through transparency. */
const ground = { r: 128, g: 128, b: 128 }
const decodeSeconds = 8

export interface DecodedImage {
  sha256: Buffer
  /** Of the oriented, flattened pixels at thumbnail size, with the full size: equal when only metadata changed. */
  pixelHash: Buffer
  width: number
  height: number
  format: Format
  bytes: number
  takenAt: number | null
  camera: string | null
  notes: string[]
  thumbnail: { bytes: Buffer; type: string }
  /** uint8 [size, size, 3] */
  pixels: Uint8Array
}

export interface FileContent {
  bytes: Buffer
  sha256: Buffer
}

/** Reads the whole file once. @throws ImageProblem */
export async function readFileOnce(path: Buffer): Promise<FileContent> {
  try {
    const file = await open(path, 'r')
    try {
      const before = await file.stat()
      if (before.size === 0) throw new ImageProblem('empty-file', 'The file is empty.')
      if (before.size > byteLimit) throw new ImageProblem('too-large', `The file is larger than ${byteLimit / 2 ** 20} MB.`)
      const bytes = await file.readFile()
      if (isOther(before, await file.stat()))
        throw new ImageProblem('changed-while-read', 'The file changed while it was read. Rescan to read it again.')
      return { bytes, sha256: createHash('sha256').update(bytes).digest() }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw problemOf(cause)
  }
}

const isOther = (a: Stats, b: Stats) => a.size !== b.size || a.mtimeMs !== b.mtimeMs

/** @throws ImageProblem; with code `not-an-image` and `expected` false for a file that nobody takes for an image. */
export async function decodeImage(path: Buffer, content: FileContent, size: number, fit: Fit): Promise<DecodedImage> {
  const format = sniff(content.bytes)
  if (!format) {
    const expected = looksLikeImage(path)
    throw new ImageProblem(
      'not-an-image',
      expected ? 'The file is not an image, or of a format that Handful does not read.' : 'Not an image.',
    )
  }
  try {
    const source = await sourceOf(content.bytes, format)
    const small = await shrink(source.image)
    const camera = await cameraFacts(content.bytes, format)
    return {
      sha256: content.sha256,
      pixelHash: hashPixels(small, source),
      width: source.width,
      height: source.height,
      format,
      bytes: content.bytes.length,
      ...camera,
      notes: source.notes,
      thumbnail: await encodeThumbnail(small, source),
      pixels: await fitSquare(small, source, size, fit),
    }
  } catch (cause) {
    throw problemOf(cause)
  }
}

interface SourceImage {
  image: Sharp
  /** After orientation. */
  width: number
  height: number
  notes: string[]
}

const options = { limitInputPixels: pixelLimit, failOn: 'error', sequentialRead: true } as const

async function sourceOf(bytes: Buffer, format: Format): Promise<SourceImage> {
  if (format === 'bmp') return fromRaw(decodeBmp(bytes, pixelLimit))
  if (format === 'heic') return fromRaw(await decodeHeic(bytes, pixelLimit))
  if (format === 'dicom') return fromRaw(decodeDicom(bytes, pixelLimit))
  const metadata = await sharp(bytes, options).metadata()
  if (metadata.width * metadata.height > pixelLimit) throw tooLarge(`${metadata.width} × ${metadata.height}`)
  if (isScientific(metadata)) return fromRaw(await windowed(bytes, metadata))
  const turned = (metadata.orientation ?? 1) >= 5
  const pages = metadata.pages ?? 1
  const notes = [
    ...(pages > 1 ? [`First ${format === 'tiff' ? 'page' : 'frame'} of ${pages}.`] : []),
    ...(metadata.space === 'cmyk' ? ['CMYK colours converted to RGB.'] : []),
  ]
  return {
    image: sharp(bytes, options).autoOrient(),
    width: turned ? metadata.height : metadata.width,
    height: turned ? metadata.width : metadata.height,
    notes,
  }
}

/** One channel deeper than 8 bits: intensities to be windowed, not a photo. */
const isScientific = ({ format, channels, depth }: Metadata) =>
  format === 'tiff' && channels === 1 && depth !== 'uchar' && depth !== 'char'

async function windowed(bytes: Buffer, { pages = 1 }: Metadata): Promise<RawImage> {
  const { data, info } = await sharp(bytes, options).raw({ depth: 'float' }).toBuffer({ resolveWithObject: true })
  const all = new Float32Array(data.buffer, data.byteOffset, data.byteLength / 4)
  const values = info.channels === 1 ? all : all.filter((_, index) => index % info.channels === 0)
  const window = percentileWindow(values)
  const notes = [windowNote(window), ...(pages > 1 ? [`First page of ${pages}.`] : [])]
  return { width: info.width, height: info.height, channels: 1, data: applyWindow(values, window), notes }
}

function fromRaw({ width, height, channels, data, notes }: RawImage): SourceImage {
  return { image: sharp(data, { raw: { width, height, channels }, limitInputPixels: pixelLimit }), width, height, notes }
}

interface SmallImage {
  data: Buffer
  width: number
  height: number
}

/** The one decode: at most thumbnail size, RGB, upright, opaque. */
async function shrink(image: Sharp): Promise<SmallImage> {
  const { data, info } = await image
    .resize(thumbnailSide, thumbnailSide, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: ground })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .timeout({ seconds: decodeSeconds })
    .toBuffer({ resolveWithObject: true })
  return { data: info.channels === 3 ? data : greyToRgb(data), width: info.width, height: info.height }
}

function greyToRgb(grey: Buffer): Buffer {
  const rgb = Buffer.alloc(grey.length * 3)
  for (let index = 0; index < grey.length; index++) rgb.fill(grey[index]!, index * 3, index * 3 + 3)
  return rgb
}

const rawOf = ({ data, width, height }: SmallImage) => sharp(data, { raw: { width, height, channels: 3 } })

function hashPixels({ data, width, height }: SmallImage, source: SourceImage): Buffer {
  return createHash('sha256').update(`${source.width}x${source.height} ${width}x${height}\n`).update(data).digest()
}

async function encodeThumbnail(small: SmallImage, { width, height }: SourceImage): Promise<{ bytes: Buffer; type: string }> {
  if (Math.max(width, height) <= losslessSide)
    return { bytes: await rawOf(small).png({ compressionLevel: 6 }).toBuffer(), type: 'image/png' }
  return { bytes: await rawOf(small).jpeg({ quality: 82 }).toBuffer(), type: 'image/jpeg' }
}

/** Small images are padded rather than enlarged by less than a third: 28 px into 32. */
const padBelow = 4 / 3

/** uint8 [size, size, 3]. Letterbox bars mirror the image's edge: a hard edge of our own making would be learned as a feature. */
async function fitSquare(small: SmallImage, source: SourceImage, size: number, fit: Fit): Promise<Uint8Array> {
  if (fit === 'stretch') return raw(rawOf(small).resize(size, size, { fit: 'fill' }))
  if (fit === 'crop') return raw(rawOf(small).resize(size, size, { fit: 'cover' }))
  const scale = size / Math.max(source.width, source.height)
  const used = scale > 1 && scale < padBelow ? 1 : scale
  const width = Math.min(size, Math.max(1, Math.round(source.width * used)))
  const height = Math.min(size, Math.max(1, Math.round(source.height * used)))
  const [left, top] = [Math.floor((size - width) / 2), Math.floor((size - height) / 2)]
  const inner = rawOf(small).resize(width, height, { fit: 'fill' })
  if (width === size && height === size) return raw(inner)
  return raw(inner.extend({ left, top, right: size - width - left, bottom: size - height - top, extendWith: 'mirror' }))
}

async function raw(image: Sharp): Promise<Uint8Array> {
  return image.raw().toBuffer()
}

const withExif: ReadonlySet<Format> = new Set<Format>(['jpeg', 'tiff', 'heic', 'png', 'avif'])

async function cameraFacts(bytes: Buffer, format: Format): Promise<{ takenAt: number | null; camera: string | null }> {
  if (!withExif.has(format)) return { takenAt: null, camera: null }
  // Broken EXIF is no reason to do without the image.
  const tags = (await exifr.parse(bytes, { pick: ['DateTimeOriginal', 'Make', 'Model'] }).catch(() => undefined)) as
    { DateTimeOriginal?: unknown; Make?: unknown; Model?: unknown } | undefined
  const date = tags?.DateTimeOriginal
  const names = [tags?.Make, tags?.Model].filter((name): name is string => typeof name === 'string')
  const taken = date instanceof Date && !Number.isNaN(date.getTime()) ? date.getTime() : null
  return { takenAt: taken, camera: names.join(' ').slice(0, 200) || null }
}

/** The whole image as a browser can show it, at most `side` px, for originals that it cannot. */
export async function renderForBrowser(path: Buffer, side: number): Promise<Buffer> {
  const { bytes } = await readFileOnce(path)
  const format = sniff(bytes)
  if (!format) throw new ImageProblem('not-an-image', 'The file is not an image.')
  const { image } = await sourceOf(bytes, format)
  return image
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: ground })
    .toColourspace('srgb')
    .jpeg({ quality: 90 })
    .toBuffer()
}

/** Longer side from the header alone; null where it cannot be told. */
export async function headerSide(path: Buffer): Promise<number | null> {
  try {
    const { bytes } = await readFileOnce(path)
    if (sniff(bytes) === 'bmp') return Math.max(Math.abs(bytes.readInt32LE(18)), Math.abs(bytes.readInt32LE(22)))
    const { width, height } = await sharp(bytes, options).metadata()
    return Math.max(width, height)
  } catch {
    return null
  }
}
