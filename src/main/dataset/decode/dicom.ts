/** DICOM images: uncompressed or baseline JPEG, windowed as the file says or by percentiles. */
import dicomParser, { type DataSet } from 'dicom-parser'
import sharp from 'sharp'
import { ImageProblem, tooLarge, truncatedReason } from '../problem'
import { pixelLimit, type WholeImage } from './raster'
import { applyWindow, percentileWindow, type Window, windowNote } from './window'

/** Transfer syntaxes, DICOM PS3.6 annex A. */
const implicitLittle = '1.2.840.10008.1.2'
const explicitBig = '1.2.840.10008.1.2.2'
const uncompressed = new Set([implicitLittle, '1.2.840.10008.1.2.1', explicitBig])
const baselineJpeg = new Set(['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51'])
const compressed: Record<string, string> = {
  '1.2.840.10008.1.2.5': 'run lengths',
  '1.2.840.10008.1.2.1.99': 'deflate',
  '1.2.840.10008.1.2.4.57': 'lossless JPEG',
  '1.2.840.10008.1.2.4.70': 'lossless JPEG',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
}

interface Frame {
  width: number
  height: number
  channels: 1 | 3
  /** Stored values times slope plus intercept; of pixels, or planes where `planar`. */
  values: Float32Array | Uint8Array
  planar: boolean
}

/** The first frame. DICOM PS3.3 C.7.6.3 (image pixel), C.11.1 (rescale), C.11.2 (window). */
export async function decodeDicom(bytes: Buffer): Promise<WholeImage> {
  const data = parse(bytes)
  const frame = await firstFrame(bytes, data)
  const { width, height, channels } = frame
  const frames = Number(data.string('x00280008') ?? 1)
  const notes = frames > 1 ? [`First frame of ${frames}.`] : []
  if (channels === 3) return { width, height, channels, data: interleaved(frame), notes }
  const window = windowOf(data) ?? percentileWindow(frame.values)
  const inverted = data.string('x00280004')?.trim() === 'MONOCHROME1'
  return { width, height, channels, data: applyWindow(frame.values, window, inverted), notes: [...notes, windowNote(window)] }
}

function parse(bytes: Buffer): DataSet {
  try {
    return dicomParser.parseDicom(bytes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String((cause as { exception?: unknown }).exception ?? cause)
    if (/deflate|inflat|pako/i.test(reason)) throw unsupported('deflate', cause)
    throw new ImageProblem('damaged', `The DICOM file is damaged: ${reason}`, { cause })
  }
}

const unsupported = (by: string, cause?: unknown) =>
  new ImageProblem('unsupported', `DICOM images compressed with ${by} cannot be read. Export them uncompressed.`, { cause })

async function firstFrame(bytes: Buffer, data: DataSet): Promise<Frame> {
  const syntax = data.string('x00020010')?.trim() ?? implicitLittle
  const [width, height] = [data.uint16('x00280011') ?? 0, data.uint16('x00280010') ?? 0]
  if (width * height === 0 || !data.elements['x7fe00010']) {
    throw new ImageProblem('not-an-image', 'The DICOM file holds no image.')
  }
  if (width * height > pixelLimit.whole) throw tooLarge(width, height)
  if (baselineJpeg.has(syntax)) return jpegFrame(data)
  if (!uncompressed.has(syntax)) throw unsupported(compressed[syntax] ?? `transfer syntax ${syntax}`)
  const samples = data.uint16('x00280002') ?? 1
  const colours = data.string('x00280004')?.trim() ?? ''
  if ((samples !== 1 && samples !== 3) || colours.startsWith('YBR') || colours.startsWith('PALETTE')) {
    throw new ImageProblem('unsupported', `DICOM images in ${colours || `${samples} channels`} cannot be read.`)
  }
  const values = storedValues(bytes, data, width * height * samples, syntax === explicitBig)
  return { width, height, channels: samples, values, planar: data.uint16('x00280006') === 1 }
}

async function jpegFrame(data: DataSet): Promise<Frame> {
  const element = data.elements['x7fe00010']!
  const table = element.basicOffsetTable?.length
    ? element.basicOffsetTable
    : dicomParser.createJPEGBasicOffsetTable(data, element)
  const jpeg = dicomParser.readEncapsulatedImageFrame(data, element, 0, table)
  const image = sharp(jpeg, { failOn: 'error', limitInputPixels: pixelLimit.whole })
  const grey = (data.uint16('x00280002') ?? 1) === 1
  const { data: pixels, info } = await image
    .toColourspace(grey ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { slope, intercept } = rescale(data)
  const values = grey ? Float32Array.from(pixels, (value) => value * slope + intercept) : pixels
  return { width: info.width, height: info.height, channels: grey ? 1 : 3, values, planar: false }
}

const rescale = (data: DataSet) => ({ slope: data.floatString('x00281053') ?? 1, intercept: data.floatString('x00281052') ?? 0 })

function storedValues(bytes: Buffer, data: DataSet, count: number, bigEndian: boolean): Float32Array {
  const element = data.elements['x7fe00010']!
  const bits = data.uint16('x00280100') ?? 16
  const stored = data.uint16('x00280101') ?? bits
  const signed = data.uint16('x00280103') === 1
  if ((bits !== 8 && bits !== 16 && bits !== 32) || stored > bits || stored < 1) {
    throw new ImageProblem('unsupported', `DICOM images of ${bits} bits a pixel cannot be read.`)
  }
  if (element.length < (count * bits) / 8) {
    throw new ImageProblem('truncated', truncatedReason)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, (count * bits) / 8)
  const read = { 8: 'getUint8', 16: 'getUint16', 32: 'getUint32' } as const
  const { slope, intercept } = rescale(data)
  // Bits above the stored ones may hold overlays.
  const unused = 32 - stored
  const values = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    const raised = view[read[bits]]((index * bits) / 8, !bigEndian) << unused
    values[index] = (signed ? raised >> unused : raised >>> unused) * slope + intercept
  }
  return values
}

function interleaved({ values, planar, width, height }: Frame): Uint8Array {
  if (!planar) return Uint8Array.from(values)
  const pixels = width * height
  return Uint8Array.from({ length: pixels * 3 }, (_, index) => values[(index % 3) * pixels + Math.floor(index / 3)]!)
}

function windowOf(data: DataSet): Window | null {
  const [centre, width] = [data.floatString('x00281050'), data.floatString('x00281051')]
  return centre !== undefined && width !== undefined && width > 0 ? { low: centre - width / 2, high: centre + width / 2 } : null
}
