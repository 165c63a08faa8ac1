/** Uncompressed DICOM of one frame, windowed as the file says or by percentiles. */
import dicomParser, { type DataSet } from 'dicom-parser'
import { ImageProblem, tooLarge } from '../problem'
import type { RawImage } from './raw-image'
import { applyWindow, percentileWindow, type Window, windowNote } from './window'

const uncompressed = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2'])

/** DICOM PS3.3 C.7.6.3 (image pixel), C.11.2 (window). */
export function decodeDicom(bytes: Buffer, pixelLimit: number): RawImage {
  const data = parse(bytes)
  const syntax = data.string('x00020010') ?? '1.2.840.10008.1.2'
  if (!uncompressed.has(syntax))
    throw new ImageProblem('unsupported', `Compressed DICOM (transfer syntax ${syntax}) cannot be read.`)
  const [width, height] = [data.uint16('x00280011') ?? 0, data.uint16('x00280010') ?? 0]
  if (width * height === 0) throw new ImageProblem('not-an-image', 'The DICOM file holds no image.')
  if (width * height > pixelLimit) throw tooLarge(`${width} × ${height}`)
  const samples = data.uint16('x00280002') ?? 1
  const frames = Number(data.string('x00280008') ?? 1)
  const notes = frames > 1 ? [`First frame of ${frames}.`] : []
  const values = pixels(bytes, data, width * height * samples, syntax === '1.2.840.10008.1.2.2')
  if (samples === 3) {
    if ((data.uint16('x00280006') ?? 0) === 1) throw new ImageProblem('unsupported', 'DICOM with colour by plane cannot be read.')
    return { width, height, channels: 3, data: Uint8Array.from(values), notes }
  }
  const window = windowOf(data) ?? percentileWindow(values)
  const inverted = data.string('x00280004')?.trim() === 'MONOCHROME1'
  return { width, height, channels: 1, data: applyWindow(values, window, inverted), notes: [...notes, windowNote(window)] }
}

function parse(bytes: Buffer): DataSet {
  try {
    return dicomParser.parseDicom(bytes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String((cause as { exception?: unknown }).exception ?? cause)
    throw new ImageProblem('damaged', `The DICOM file is damaged: ${reason}`, { cause })
  }
}

/** Stored values times slope plus intercept. */
function pixels(bytes: Buffer, data: DataSet, count: number, bigEndian: boolean): Float64Array {
  const element = data.elements['x7fe00010']
  const bits = data.uint16('x00280100') ?? 16
  const signed = data.uint16('x00280103') === 1
  const size = bits / 8
  if (!element || (bits !== 8 && bits !== 16 && bits !== 32))
    throw new ImageProblem('unsupported', `DICOM with ${bits} bits a pixel cannot be read.`)
  if (element.length < count * size) throw new ImageProblem('damaged', 'The DICOM pixels are cut off.')
  const view = new DataView(bytes.buffer, bytes.byteOffset + element.dataOffset, count * size)
  const read = {
    8: signed ? 'getInt8' : 'getUint8',
    16: signed ? 'getInt16' : 'getUint16',
    32: signed ? 'getInt32' : 'getUint32',
  } as const
  const slope = data.floatString('x00281053') ?? 1
  const intercept = data.floatString('x00281052') ?? 0
  const values = new Float64Array(count)
  for (let index = 0; index < count; index++) values[index] = view[read[bits]](index * size, !bigEndian) * slope + intercept
  return values
}

function windowOf(data: DataSet): Window | null {
  const [centre, width] = [data.floatString('x00281050'), data.floatString('x00281051')]
  return centre !== undefined && width !== undefined && width > 0 ? { low: centre - width / 2, high: centre + width / 2 } : null
}
