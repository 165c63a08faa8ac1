/** Pixels by ordinal: what is written is read, what is missing is known. */
import { mkdtempSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { missingPixels, PixelCache, PixelWriter } from './pixel-cache'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'handful-pixels-'))))
afterEach(() => rmSync(folder, { recursive: true }))

const size = 4
const pixelsOf = (ordinal: number) => new Uint8Array(size * size * 3).fill(ordinal + 1)

async function write(...ordinals: number[]): Promise<void> {
  const writer = await PixelWriter.open(folder, size, 'crop')
  for (const ordinal of ordinals) writer.put(ordinal, pixelsOf(ordinal))
  await writer.flush()
  await writer.close()
}

test('rows come back in the order asked, whatever the order written', async () => {
  await write(3, 0, 1)
  await write(5)
  const cache = new PixelCache(folder, size, 'crop')
  expect(cache.count).toBe(6)
  expect([...cache.read([5, 0, 1, 3])].filter((_, index) => index % 48 === 0)).toEqual([6, 1, 2, 4])
  cache.close()
})

test('what was never written is missing, also when the file has room for it', async () => {
  expect(missingPixels(folder, size, 'crop', 2)).toEqual([0, 1])
  await write(0, 2)
  expect(missingPixels(folder, size, 'crop', 4)).toEqual([1, 3])
  expect(missingPixels(folder, size, 'letterbox', 1)).toEqual([0])
})

test('pixels that are deleted or cut off are missing, and are known again when written again', async () => {
  await write(0, 1, 2)
  truncateSync(join(folder, 'pixels', '4-crop.u8'), 2 * 48 + 5)
  expect(missingPixels(folder, size, 'crop', 3)).toEqual([2])
  rmSync(join(folder, 'pixels', '4-crop.u8'))
  expect(missingPixels(folder, size, 'crop', 3)).toEqual([0, 1, 2])
  await write(1)
  expect(missingPixels(folder, size, 'crop', 3)).toEqual([0, 2])
})
