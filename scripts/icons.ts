/** Draws the app's icons for every platform from `resources/icon.svg`: `node scripts/run.mjs icons`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { root } from './processes.ts'

const resources = join(root, 'resources')
const drawing = readFileSync(join(resources, 'icon.svg'))
const png = (size: number) => sharp(drawing, { density: 192 }).resize(size, size).png({ compressionLevel: 9 }).toBuffer()

/** Windows: a directory of PNG images. */
async function ico(sizes: number[]): Promise<Buffer> {
  const images = await Promise.all(sizes.map(png))
  const header = Buffer.alloc(6 + 16 * images.length)
  header.writeUInt16LE(1, 2)
  header.writeUInt16LE(images.length, 4)
  let offset = header.length
  for (const [index, image] of images.entries()) {
    const at = 6 + 16 * index
    header[at] = header[at + 1] = sizes[index]! % 256 // 0 stands for 256
    header.writeUInt16LE(1, at + 4)
    header.writeUInt16LE(32, at + 6)
    header.writeUInt32LE(image.length, at + 8)
    header.writeUInt32LE(offset, at + 12)
    offset += image.length
  }
  return Buffer.concat([header, ...images])
}

/** macOS: blocks of a type, a length and a PNG. */
async function icns(types: Record<string, number>): Promise<Buffer> {
  const block = (type: string, body: Buffer) => {
    const head = Buffer.alloc(8)
    head.write(type, 'latin1')
    head.writeUInt32BE(body.length + 8, 4)
    return Buffer.concat([head, body])
  }
  const images = await Promise.all(Object.entries(types).map(async ([type, size]) => block(type, await png(size))))
  return block('icns', Buffer.concat(images))
}

writeFileSync(join(resources, 'icon.png'), await png(512))
writeFileSync(join(resources, 'icon.ico'), await ico([16, 24, 32, 48, 64, 128, 256]))
writeFileSync(join(resources, 'icon.icns'), await icns({ ic11: 32, ic12: 64, ic07: 128, ic13: 256, ic14: 512, ic10: 1024 }))
