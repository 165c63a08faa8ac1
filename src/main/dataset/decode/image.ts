/** One pass over an image file: hashes, size, thumbnail, and the square pixels that encoders read. */
import { createHash } from 'node:crypto'
import type { Fit } from '@shared/model'
import { ImageProblem, problemOf, truncatedReason } from '../problem'
import { type Format, looksLikeImage, sniff, undecodedKind } from '../sniff'
import { decodeBmp } from './bmp'
import { cameraFacts } from './camera'
import { decodeDicom } from './dicom'
import { fitSquare, resample } from './fit-square'
import type { HeicThreads } from './heic-threads'
import { decodeWithLibvips, encodeJpeg, headerSide as sideByLibvips, shrinkWhole, type Turns } from './libvips'
import { decodeNetpbm } from './netpbm'
import { perceptualHash } from './perceptual-hash'
import { encodePng } from './png'
import type { Pixels, Raster, Want, WholeImage } from './raster'
import { type FileContent, readHead, readImageFile } from './read-file'
import { sharpness } from './sharpness'

/** Longer side of a thumbnail, px. */
const thumbnailSide = 192
/** Images up to this side are kept losslessly, px. */
const losslessSide = 96

export interface DecodedImage {
  /** SHA-256 of the full size and of the RGB pixels at thumbnail size: equal when only what cannot be seen there has changed. */
  pixelHash: Buffer
  /** 32 bytes, see `perceptualHash`. */
  perceptualHash: Buffer
  /** At thumbnail size, see `sharpness`. */
  sharpness: number
  /** Upright. */
  width: number
  height: number
  format: Format
  takenAt: number | null
  camera: string | null
  notes: string[]
  thumbnail: { bytes: Buffer; type: string }
  /** uint8 [size, size, 3] */
  pixels: Uint8Array
}

/** Decoders that more than one image shares. */
export interface Decoders {
  heic: HeicThreads
  turns: Turns
}

/** @throws ImageProblem */
export async function decodeImage(
  path: Buffer,
  { bytes }: FileContent,
  size: number,
  fit: Fit,
  decoders: Decoders,
): Promise<DecodedImage> {
  const format = formatOf(path, bytes)
  try {
    const raster = await rasterOf(
      bytes,
      format,
      { long: Math.max(thumbnailSide, size), short: fit === 'letterbox' ? 0 : size },
      decoders,
    )
    const small = thumbnailPixels(raster)
    return {
      pixelHash: hashPixels(small, raster),
      perceptualHash: perceptualHash(small),
      sharpness: sharpness(small),
      width: raster.fullWidth,
      height: raster.fullHeight,
      format,
      ...(await cameraFacts(raster.exif)),
      notes: raster.notes,
      thumbnail: await encodeThumbnail(small),
      pixels: fitSquare(raster, size, fit),
    }
  } catch (cause) {
    throw format === 'png' ? pngProblem(problemOf(cause), bytes) : problemOf(cause)
  }
}

/** libpng says the same of missing and of senseless data; a whole file has its end chunk. */
function pngProblem(problem: ImageProblem, bytes: Buffer): ImageProblem {
  if (problem.code !== 'truncated' && problem.code !== 'damaged') return problem
  if (!bytes.includes('IEND')) return new ImageProblem('truncated', truncatedReason, { cause: problem })
  return problem.code === 'damaged'
    ? problem
    : new ImageProblem('damaged', 'The image is damaged: its data make no sense.', { cause: problem })
}

function formatOf(path: Buffer, bytes: Buffer): Format {
  const kind = undecodedKind(path)
  const format = kind === 'camera RAW' || kind === 'microscope' ? null : sniff(bytes)
  if (format) return format
  if (kind) throw new ImageProblem('unsupported', `${kind} images cannot be read yet. Convert them to PNG, TIFF or JPEG.`)
  throw new ImageProblem(
    'not-an-image',
    looksLikeImage(path) ? 'The file is not an image, whatever its name says.' : 'Not an image.',
  )
}

async function rasterOf(bytes: Buffer, format: Format, want: Want, { heic, turns }: Decoders): Promise<Raster> {
  const whole = (image: WholeImage) => shrinkWhole(image, want)
  switch (format) {
    case 'bmp':
      return turns(async () => whole(decodeBmp(bytes)))
    case 'netpbm':
      return turns(async () => whole(decodeNetpbm(bytes)))
    case 'dicom':
      return turns(async () => whole(await decodeDicom(bytes)))
    case 'heic':
      return { ...(await whole(await heic.decode(bytes))), exif: bytes }
    default:
      return decodeWithLibvips(bytes, format, want, turns)
  }
}

/** Encoders of crops need more of a long strip than its thumbnail holds. */
function thumbnailPixels(raster: Raster): Pixels {
  const scale = thumbnailSide / Math.max(raster.width, raster.height)
  if (scale >= 1) return raster
  return resample(raster, Math.max(1, Math.round(raster.width * scale)), Math.max(1, Math.round(raster.height * scale)))
}

function hashPixels({ data, width, height }: Pixels, { fullWidth, fullHeight }: Raster): Buffer {
  return createHash('sha256').update(`${fullWidth}x${fullHeight} ${width}x${height}\n`).update(data).digest()
}

async function encodeThumbnail(small: Pixels): Promise<DecodedImage['thumbnail']> {
  if (Math.max(small.width, small.height) <= losslessSide) return { bytes: encodePng(small), type: 'image/png' }
  return { bytes: await encodeJpeg(small, 80), type: 'image/jpeg' }
}

/** The image as a browser can show it, a JPEG of at most `side` px, for originals that it cannot. @throws ImageProblem */
export async function renderForBrowser(path: Buffer, side: number, decoders: Decoders): Promise<Buffer> {
  const content = await readImageFile(path)
  try {
    const format = formatOf(path, content?.bytes ?? Buffer.alloc(0))
    return await encodeJpeg(await rasterOf(content!.bytes, format, { long: side, short: 0 }, decoders), 90)
  } catch (cause) {
    throw problemOf(cause)
  }
}

/** Most headers lie in these first bytes, even behind a large EXIF block; TIFF may put its own at the end. */
const headLength = 1 << 19

/** Longer side from the header alone; null where it cannot be told. */
export async function headerSide(path: Buffer): Promise<number | null> {
  try {
    const head = await readHead(path, headLength)
    const format = sniff(head)
    if (format === 'bmp') return Math.max(head.readInt32LE(18), Math.abs(head.readInt32LE(22)))
    const whole = format === 'tiff' && head.length === headLength ? (await readImageFile(path))?.bytes : head
    return whole ? await sideByLibvips(whole) : null
  } catch {
    return null
  }
}
