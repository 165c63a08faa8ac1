/** Reading a file whole, or not at all. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { upright } from './decoding.fixture'
import { readImageFile } from './read-file'

const folder = mkdtempSync(join(tmpdir(), 'handful-read-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('files are read whole, once; what cannot be an image is not read at all', async () => {
  const write = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return readImageFile(Buffer.from(join(folder, name)))
  }
  const png = await upright.clone().png().toBuffer()
  expect(await write('a.bin', png)).toEqual({ bytes: png, sha256: createHash('sha256').update(png).digest() })
  expect(await write('b.bin', Buffer.alloc(5000))).toBeNull()
  await expect(write('c.png', Buffer.alloc(0))).rejects.toMatchObject({ code: 'empty-file' })
  await expect(readImageFile(Buffer.from(join(folder, 'none.png')))).rejects.toMatchObject({ code: 'unreadable' })
  await expect(readImageFile(Buffer.from(folder))).rejects.toMatchObject({ code: 'unreadable' })
})
