/** BMP, which libvips does not read: every depth and header of Windows and OS/2, run lengths and bit fields. */
import { ImageProblem, tooLarge, truncatedReason } from '../problem'
import { pixelLimit, type WholeImage } from './raster'
import { runLengths } from './bmp-run-lengths'

/** `BITMAPINFOHEADER.biCompression` */
const compression = { none: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const

interface Header {
  width: number
  height: number
  topDown: boolean
  bits: number
  compression: number
  /** Where the pixels begin. */
  pixels: number
  /** RGB, three bytes a colour. */
  palette: Uint8Array
  masks: [red: number, green: number, blue: number, alpha: number]
}

export function decodeBmp(bytes: Buffer): WholeImage {
  const header = readHeader(bytes)
  const { width, height, bits } = header
  if (width * height > pixelLimit.whole) throw tooLarge(width, height)
  if (!(width > 0 && height > 0)) throw damaged('its size makes no sense')
  if (bits <= 8) return { width, height, channels: 3, data: indexed(bytes, header), notes: [] }
  return direct(bytes, header)
}

const damaged = (what: string) => new ImageProblem('damaged', `The BMP is damaged: ${what}.`)
const truncated = () => new ImageProblem('truncated', truncatedReason)

function readHeader(bytes: Buffer): Header {
  if (bytes.length < 26) throw truncated()
  const size = bytes.readUInt32LE(14)
  if (![12, 16, 40, 52, 56, 64, 108, 124].includes(size)) throw damaged(`a header of ${size} bytes`)
  if (bytes.length < 14 + size) throw truncated()
  const old = size === 12
  const tall = old ? bytes.readUInt16LE(20) : bytes.readInt32LE(22)
  const bits = bytes.readUInt16LE(old ? 24 : 28)
  const way = size >= 40 ? bytes.readUInt32LE(30) : compression.none
  // OS/2 2.x calls other methods 3 and 4.
  const known = size === 64 ? [0, 1, 2] : Object.values<number>(compression)
  if (!known.includes(way) || ![1, 2, 4, 8, 16, 24, 32].includes(bits)) {
    throw new ImageProblem('unsupported', `BMP of ${bits} bits with compression ${way} cannot be read.`)
  }
  const fields = way === compression.bitFields || way === compression.alphaBitFields
  const header = {
    width: old ? bytes.readUInt16LE(18) : bytes.readInt32LE(18),
    height: Math.abs(tall),
    topDown: tall < 0,
    bits,
    compression: way,
    pixels: bytes.readUInt32LE(10),
  }
  const colours = size >= 40 ? bytes.readUInt32LE(46) : 0
  // Masks behind a header too old to hold them stand where a palette would.
  const paletteAt = 14 + size + (size === 40 && fields ? (way === compression.bitFields ? 12 : 16) : 0)
  return {
    ...header,
    palette: readPalette(bytes, paletteAt, header, colours, old ? 3 : 4),
    masks: masksOf(bytes, size, bits, fields),
  }
}

function readPalette(
  bytes: Buffer,
  at: number,
  header: { bits: number; pixels: number },
  colours: number,
  step: number,
): Uint8Array {
  if (header.bits > 8) return new Uint8Array(0)
  const room = Math.floor((Math.min(bytes.length, Math.max(header.pixels, at)) - at) / step)
  const count = Math.min(2 ** header.bits, colours || 2 ** header.bits, room)
  const palette = new Uint8Array(2 ** header.bits * 3)
  for (let index = 0; index < count; index++) {
    for (let channel = 0; channel < 3; channel++) palette[index * 3 + channel] = bytes[at + index * step + 2 - channel]!
  }
  return palette
}

function masksOf(bytes: Buffer, size: number, bits: number, fields: boolean): Header['masks'] {
  if (fields) {
    const alpha = size >= 56 || bytes.readUInt32LE(30) === compression.alphaBitFields
    const read = (index: number) => bytes.readUInt32LE(54 + index * 4)
    return [read(0), read(1), read(2), alpha ? read(3) : 0]
  }
  return bits === 16 ? [0x7c00, 0x3e0, 0x1f, 0] : [0xff0000, 0xff00, 0xff, 0]
}

/** Bytes of a row: a multiple of four. */
const strideOf = ({ width, bits }: Header) => Math.ceil((width * bits) / 32) * 4

function indexed(bytes: Buffer, header: Header): Uint8Array {
  const { width, height, palette } = header
  const packed = header.compression === compression.rle8 || header.compression === compression.rle4
  const indices = packed ? runLengths(bytes.subarray(header.pixels), width, height, header.bits as 4 | 8) : unpack(bytes, header)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const from = (header.topDown ? y : height - 1 - y) * width
    for (let x = 0, to = y * width * 3; x < width; x++, to += 3) {
      const colour = indices[from + x]! * 3
      data[to] = palette[colour]!
      data[to + 1] = palette[colour + 1]!
      data[to + 2] = palette[colour + 2]!
    }
  }
  return data
}

/** Palette indices in the order of the file. */
function unpack(bytes: Buffer, header: Header): Uint8Array {
  const { width, height, bits, pixels } = header
  const stride = strideOf(header)
  if (bytes.length < pixels + stride * (height - 1) + Math.ceil((width * bits) / 8)) throw truncated()
  const indices = new Uint8Array(width * height)
  const mask = 2 ** bits - 1
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * bits
      indices[to++] = (bytes[pixels + y * stride + (bit >> 3)]! >> (8 - bits - (bit & 7))) & mask
    }
  }
  return indices
}

function direct(bytes: Buffer, header: Header): WholeImage {
  const { width, height, bits, pixels, masks, topDown } = header
  const stride = strideOf(header)
  if (bytes.length < pixels + stride * (height - 1) + (width * bits) / 8) throw truncated()
  const channels = masks[3] ? 4 : 3
  const shifts = masks.map((mask) => (mask ? 31 - Math.clz32(mask & -mask) : 0))
  const highest = masks.map((mask, channel) => mask >>> shifts[channel]!)
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = pixels + (topDown ? y : height - 1 - y) * stride
    for (let x = 0, to = y * width * channels; x < width; x++, to += channels) {
      const value = bytes.readUIntLE(from + (x * bits) / 8, bits / 8)
      for (let channel = 0; channel < channels; channel++) {
        const level = (value & masks[channel]!) >>> shifts[channel]!
        data[to + channel] = highest[channel] === 255 ? level : (level * 255) / Math.max(1, highest[channel]!) + 0.5
      }
    }
  }
  return { width, height, channels, data, notes: [] }
}
