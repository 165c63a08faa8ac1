/** Thumbnail packs: places given before anything is written hold what was put there. */
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ThumbnailReader, ThumbnailWriter } from './thumbnails'

let folder: string
let reader: ThumbnailReader
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'handful-thumbnails-'))
  reader = new ThumbnailReader(folder)
})
afterEach(async () => {
  await reader.close()
  rmSync(folder, { recursive: true })
})

const read = async (place: { pack: number; offset: number }, bytes: number) => (await reader.read({ ...place, bytes }))?.[0]

test('packs fill up to 64 MB, and every thumbnail is where it was said to be', async () => {
  const writer = new ThumbnailWriter(folder, { pack: 0, offset: 0 })
  const large = 20 << 20
  const places = [1, 2, 3, 4, 5].map((value) => ({ value, place: writer.put(Buffer.alloc(large, value)) }))
  await writer.flush()
  await writer.close()
  expect(places.map(({ place }) => place.pack)).toEqual([0, 0, 0, 1, 1])
  for (const { value, place } of places) expect(await read(place, large)).toBe(value)
  expect(readdirSync(join(folder, 'thumbnails'))).toEqual(['0000.pack', '0001.pack'])
})

test('what a killed import left behind the known end is written over', async () => {
  const killed = new ThumbnailWriter(folder, { pack: 0, offset: 0 })
  const kept = killed.put(Buffer.alloc(10, 1))
  killed.put(Buffer.alloc(10, 2))
  await killed.flush()
  await killed.close()
  const next = new ThumbnailWriter(folder, { pack: 0, offset: 10 })
  const place = next.put(Buffer.alloc(10, 3))
  await next.flush()
  await next.close()
  expect(place).toEqual({ pack: 0, offset: 10 })
  expect([await read(kept, 10), await read(place, 10)]).toEqual([1, 3])
})

test('a thumbnail whose pack is gone or short is null', async () => {
  const writer = new ThumbnailWriter(folder, { pack: 0, offset: 0 })
  const place = writer.put(Buffer.alloc(10, 1))
  await writer.flush()
  await writer.close()
  truncateSync(join(folder, 'thumbnails', '0000.pack'), 5)
  expect(await reader.read({ ...place, bytes: 10 })).toBeNull()
  expect(await reader.read({ pack: 7, offset: 0, bytes: 10 })).toBeNull()
})

test('nothing is read, nor a pack opened, once it is closed', async () => {
  const writer = new ThumbnailWriter(folder, { pack: 0, offset: 0 })
  const place = writer.put(Buffer.alloc(10))
  await writer.flush()
  await writer.close()
  expect(await read(place, 10)).toBe(0)
  await reader.close()
  expect(await reader.read({ ...place, bytes: 10 })).toBeNull()
})
