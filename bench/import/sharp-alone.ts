/** What sharp alone needs for what an import makes of a folder: read, hash, size, thumbnail, square pixels; prints seconds. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'

const [folder = '', side = '64'] = process.argv.slice(2)
const size = Number(side)
sharp.concurrency(1)
sharp.cache(false)

async function one(path: string): Promise<void> {
  const bytes = await readFile(path)
  createHash('sha256').update(bytes).digest()
  await sharp(bytes).metadata()
  const { data, info } = await sharp(bytes)
    .autoOrient()
    .resize(192, 192, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const raw = { raw: { width: info.width, height: info.height, channels: info.channels } }
  createHash('sha256').update(data).digest()
  if (Math.max(info.width, info.height) <= 96) await sharp(data, raw).png().toBuffer()
  else await sharp(data, raw).jpeg({ quality: 80 }).toBuffer()
  await sharp(data, raw).resize(size, size, { fit: 'contain' }).raw().toBuffer()
}

const files = await readdir(folder)
const began = performance.now()
let next = 0
await Promise.all(
  Array.from({ length: availableParallelism() + 1 }, async () => {
    while (next < files.length) await one(join(folder, files[next++]!))
  }),
)
console.log((performance.now() - began) / 1000)
