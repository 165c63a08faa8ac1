/** Everything that libvips reads: photos, drawings and scientific pictures, straight to the small size that is kept. */
import sharp, { type Metadata, type Sharp } from 'sharp'
import { ImageProblem, tooLarge } from '../problem'
import type { Format } from '../sniff'
import { pixelLimit, type Raster, type Want, wantedSize, type WholeImage } from './raster'
import { applyWindow, percentileWindow, type Window, windowNote } from './window'

/** What shows through transparency: black and white drawings both stand out from it. */
const ground = { r: 128, g: 128, b: 128 }
/** libvips gives up after this long; see the import job for what does not end even so. */
const decodeSeconds = 8

/**
 * `error`: bytes too many or an odd tag pass, missing or contradictory pixels do not. That is where Pillow draws the line too, so that
 * what is labeled here loads in the training that follows.
 */
const options = { limitInputPixels: pixelLimit.streamed, failOn: 'error', sequentialRead: true } as const

/** Runs work on large images one after the other. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>
/** Images above this many pixels wait for their turn where the decoder holds all of them. */
const largePixels = 25e6

export async function decodeWithLibvips(bytes: Buffer, format: Format, want: Want, turns: Turns): Promise<Raster> {
  const metadata = await sharp(bytes, options).metadata()
  const { width: fullWidth, height: fullHeight } = metadata.autoOrient
  if (!fullWidth || !fullHeight) throw new ImageProblem('damaged', 'The image has no size.')
  const whole = metadata.isProgressive || format === 'webp' || format === 'avif'
  const pixels = fullWidth * fullHeight
  if (pixels > (whole ? pixelLimit.whole : pixelLimit.streamed)) throw tooLarge(fullWidth, fullHeight)
  const decode = async () => {
    const size = wantedSize(fullWidth, fullHeight, want)
    const density = format === 'svg' ? densityFor(Math.max(fullWidth, fullHeight), want) : null
    const image = sharp(bytes, density ? { ...options, density } : options).autoOrient()
    if (density) Object.assign(size, { width: want.long, height: want.long })
    image.resize({ ...size, fit: 'inside', withoutEnlargement: true }).timeout({ seconds: decodeSeconds })
    const { notes, ...small } = isDeep(format, metadata) ? await windowed(image, metadata) : await plain(image)
    return { ...small, fullWidth, fullHeight, notes: [...notesOn(format, metadata), ...notes], exif: exifOf(bytes, metadata) }
  }
  return pixels > largePixels && (whole || (metadata.orientation ?? 1) > 1) ? turns(decode) : decode()
}

/** A drawing smaller than what is kept is drawn larger: it has no pixels to be true to. */
const densityFor = (side: number, { long }: Want) => (side < long ? Math.min(2400, Math.ceil((72 * long) / side)) : null)

type Small = Pick<Raster, 'data' | 'width' | 'height' | 'notes'>

async function plain(image: Sharp): Promise<Small> {
  const { data, info } = await image
    .flatten({ background: ground })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return { data: toRgb(data, info.channels), width: info.width, height: info.height, notes: [] }
}

const isDeep = (format: Format, { depth }: Metadata) => (format === 'tiff' || format === 'png') && depth !== 'uchar'

/** 16-bit colour whose brightest values lie below this uses a part of its range only: 12-bit cameras. */
const dim = 0x4000

/** Intensities deeper than 8 bits. */
async function windowed(image: Sharp, metadata: Metadata): Promise<Small> {
  const { depth, hasAlpha, space } = metadata
  const grey = space === 'b-w' || space === 'grey16' || space === 'multiband'
  if (!grey && (hasAlpha || !['rgb16', 'scrgb', 'rgb', 'srgb'].includes(space))) return plain(image)
  const offset = depth === 'short' ? 0x8000 : 0
  if (offset) image.linear(1, offset)
  if (hasAlpha) image.removeAlpha()
  const sixteen = depth === 'ushort' || depth === 'short'
  if (grey) image.toColourspace(sixteen ? 'grey16' : 'b-w')
  else image.pipelineColourspace(space).toColourspace(space)
  const { data, info } = await image.raw({ depth: 'float' }).toBuffer({ resolveWithObject: true })
  const values = new Float32Array(Uint8Array.from(data).buffer)
  const window = percentileWindow(values)
  const photo = !grey && sixteen && window.high >= dim
  const bytes = applyWindow(values, photo ? { low: 0, high: 0xffff } : window)
  const stated: Window = { low: window.low - offset, high: window.high - offset }
  return {
    data: toRgb(bytes, info.channels),
    width: info.width,
    height: info.height,
    notes: photo ? [] : [windowNote(stated)],
  }
}

function notesOn(format: Format, { pages = 1, space }: Metadata): string[] {
  const kind = format === 'tiff' ? 'page' : format === 'gif' || format === 'webp' ? 'frame' : 'image'
  return [
    ...(pages > 1 ? [`First ${kind} of ${pages.toLocaleString('en')}.`] : []),
    ...(space === 'cmyk' ? ['CMYK colours converted to RGB.'] : []),
  ]
}

/** JPEG, PNG and WebP hand over their EXIF block; a TIFF file is one. */
function exifOf(bytes: Buffer, { format, exif }: Metadata): Buffer | null {
  if (exif) return exif.subarray(0, 6).toString('latin1') === 'Exif\0\0' ? exif.subarray(6) : exif
  return format === 'tiff' ? bytes : null
}

/** What other decoders made of a file, at the size that is kept. */
export async function shrinkWhole({ data, width, height, channels, notes }: WholeImage, want: Want): Promise<Raster> {
  const size = wantedSize(width, height, want)
  const image = sharp(data, { raw: { width, height, channels }, limitInputPixels: pixelLimit.streamed })
  const small = await plain(image.resize({ ...size, fit: 'fill' }))
  return { ...small, notes, fullWidth: width, fullHeight: height, exif: null }
}

function toRgb(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data
  const rgb = new Uint8Array((data.length / channels) * 3)
  for (let from = 0, to = 0; from < data.length; from += channels, to += 3) {
    rgb[to] = data[from]!
    rgb[to + 1] = data[channels < 3 ? from : from + 1]!
    rgb[to + 2] = data[channels < 3 ? from : from + 2]!
  }
  return rgb
}

/** Longer side from the header alone. @throws what libvips says */
export async function headerSide(bytes: Buffer): Promise<number> {
  const { width, height } = await sharp(bytes, options).metadata()
  return Math.max(width, height)
}

/** @param quality JPEG, 1–100 */
export function encodeJpeg(
  { data, width, height }: { data: Uint8Array; width: number; height: number },
  quality: number,
): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality })
    .toBuffer()
}

/** libvips works on several images at once here; more threads for one image only cost, and so does remembering them. */
export function prepareLibvips(): void {
  sharp.concurrency(1)
  sharp.cache(false)
}
