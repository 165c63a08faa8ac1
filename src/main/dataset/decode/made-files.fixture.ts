/** Files of formats that no library here writes, made byte by byte for the tests. */

/** Uncompressed TIFF of one strip; `write` puts value number `index` at `offset`. */
export function tiff(
  {
    width,
    height,
    channels = 1,
    bits,
    format,
  }: { width: number; height: number; channels?: 1 | 3; bits: 16 | 32; format: 1 | 2 | 3 },
  write: (data: Buffer, offset: number, index: number) => void,
): Buffer {
  const count = width * height * channels
  const data = Buffer.alloc((count * bits) / 8)
  for (let index = 0; index < count; index++) write(data, (index * bits) / 8, index)
  const tags = [
    [256, width],
    [257, height],
    [258, bits],
    [259, 1],
    [262, channels === 3 ? 2 : 1],
    [273, 8],
    [277, channels],
    [278, height],
    [279, data.length],
    [339, format],
  ] as [number, number][]
  const directory = Buffer.alloc(2 + tags.length * 12 + 4)
  const behind = 8 + data.length + directory.length
  directory.writeUInt16LE(tags.length)
  tags.forEach(([tag, value], index) => {
    const at = 2 + index * 12
    const perChannel = channels === 3 && (tag === 258 || tag === 339)
    directory.writeUInt16LE(tag, at)
    directory.writeUInt16LE(perChannel ? 3 : 4, at + 2)
    directory.writeUInt32LE(perChannel ? 3 : 1, at + 4)
    directory.writeUInt32LE(perChannel ? behind + (tag === 258 ? 0 : 6) : value, at + 8)
  })
  const perChannel = Buffer.alloc(channels === 3 ? 12 : 0)
  for (let at = 0; at < perChannel.length; at += 2) perChannel.writeUInt16LE(at < 6 ? bits : format, at)
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1')
  header.writeUInt32LE(8 + data.length, 4)
  return Buffer.concat([header, data, directory, perChannel])
}

/** Short value representations that take two bytes of length. */
const long = new Set(['OB', 'OW', 'UN', 'SQ'])

function element(group: number, number: number, type: string, value: Buffer): Buffer {
  const even = value.length % 2 ? Buffer.concat([value, Buffer.from(type === 'UI' ? '\0' : ' ')]) : value
  const head = Buffer.alloc(long.has(type) ? 12 : 8)
  head.writeUInt16LE(group)
  head.writeUInt16LE(number, 2)
  head.write(type, 4, 'latin1')
  if (long.has(type)) head.writeUInt32LE(even.length, 8)
  else head.writeUInt16LE(even.length, 6)
  return Buffer.concat([head, even])
}

const text = (value: string) => Buffer.from(value, 'latin1')
const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer)

export interface DicomFacts {
  syntax?: string
  width: number
  height: number
  bits?: 8 | 16
  stored?: number
  signed?: boolean
  samples?: 1 | 3
  planar?: boolean
  colours?: string
  /** Text values by group and element: `{ 0x00281050: '40' }`. */
  texts?: Record<number, string>
  pixels: Buffer
}

/** Explicit little endian, or `pixels` as the one fragment of a compressed frame where `syntax` says so. */
export function dicom(facts: DicomFacts): Buffer {
  const { syntax = '1.2.840.10008.1.2.1', bits = 16, samples = 1, colours = 'MONOCHROME2', pixels } = facts
  const meta = element(2, 0x10, 'UI', text(syntax))
  const texts = Object.entries(facts.texts ?? {}).map(([tag, value]) =>
    element(Number(tag) >>> 16, Number(tag) & 0xffff, 'DS', text(value)),
  )
  const body = [
    element(0x28, 2, 'US', short(samples)),
    element(0x28, 4, 'CS', text(colours)),
    ...(samples === 3 ? [element(0x28, 6, 'US', short(Number(facts.planar ?? false)))] : []),
    element(0x28, 0x10, 'US', short(facts.height)),
    element(0x28, 0x11, 'US', short(facts.width)),
    element(0x28, 0x100, 'US', short(bits)),
    element(0x28, 0x101, 'US', short(facts.stored ?? bits)),
    element(0x28, 0x103, 'US', short(Number(facts.signed ?? false))),
    ...texts,
  ]
  const compressed = syntax.startsWith('1.2.840.10008.1.2.4')
  const last = compressed ? encapsulated(pixels) : element(0x7fe0, 0x10, 'OW', pixels)
  const length = element(2, 0, 'UL', Buffer.from(Uint32Array.of(meta.length).buffer))
  return Buffer.concat([Buffer.alloc(128), text('DICM'), length, meta, ...body, last])
}

function encapsulated(frame: Buffer): Buffer {
  const item = (number: number, value: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt16LE(0xfffe)
    head.writeUInt16LE(number, 2)
    head.writeUInt32LE(value.length, 4)
    return Buffer.concat([head, value])
  }
  const head = element(0x7fe0, 0x10, 'OB', Buffer.alloc(0))
  head.writeUInt32LE(0xffffffff, 8)
  const even = frame.length % 2 ? Buffer.concat([frame, Buffer.alloc(1)]) : frame
  return Buffer.concat([head, item(0xe000, Buffer.alloc(0)), item(0xe000, even), item(0xe0dd, Buffer.alloc(0))])
}

/** BMP with an information header of 40 bytes; `rows` as in the file, bottom row first. */
export function bmp(facts: {
  width: number
  height: number
  bits: number
  compression?: number
  palette?: number[][]
  rows: Buffer
}): Buffer {
  const { width, height, bits, compression = 0, palette = [], rows } = facts
  const colours = Buffer.from(palette.flatMap(([red, green, blue]) => [blue!, green!, red!, 0]))
  const header = Buffer.alloc(54)
  header.write('BM', 'latin1')
  header.writeUInt32LE(54 + colours.length + rows.length, 2)
  header.writeUInt32LE(54 + colours.length, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(width, 18)
  header.writeInt32LE(height, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(bits, 28)
  header.writeUInt32LE(compression, 30)
  header.writeUInt32LE(palette.length, 46)
  return Buffer.concat([header, colours, rows])
}
