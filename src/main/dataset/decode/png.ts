/** A small PNG writer for small images: a call into libvips costs more than the image. */
import { crc32, deflateSync } from 'node:zlib'
import type { Pixels } from './raster'

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** Lossless; grey where red, green and blue are equal everywhere. PNG specification, third edition. */
export function encodePng(image: Pixels): Buffer {
  const channels = isGrey(image.data) ? 1 : 3
  const header = Buffer.alloc(13)
  header.writeUInt32BE(image.width, 0)
  header.writeUInt32BE(image.height, 4)
  header.writeUInt8(8, 8)
  header.writeUInt8(channels === 1 ? 0 : 2, 9)
  const data = deflateSync(filtered(image, channels), { level: 6 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

/** Rows as differences from the pixel to the left (filter type 1). */
function filtered({ data, width, height }: Pixels, channels: 1 | 3): Buffer {
  const rows = Buffer.alloc((width * channels + 1) * height)
  const step = channels === 1 ? 3 : 1
  let at = 0
  for (let y = 0; y < height; y++) {
    rows[at++] = 1
    const start = y * width * 3
    for (let from = start; from < start + width * 3; from += step) {
      rows[at++] = data[from]! - (from - 3 >= start ? data[from - 3]! : 0)
    }
  }
  return rows
}

function isGrey(data: Uint8Array): boolean {
  for (let at = 0; at < data.length; at += 3) if (data[at] !== data[at + 1] || data[at] !== data[at + 2]) return false
  return true
}

function chunk(type: string, data: Buffer): Buffer {
  const whole = Buffer.alloc(data.length + 12)
  whole.writeUInt32BE(data.length, 0)
  whole.write(type, 4, 'latin1')
  data.copy(whole, 8)
  whole.writeUInt32BE(crc32(whole.subarray(4, data.length + 8)), data.length + 8)
  return whole
}
