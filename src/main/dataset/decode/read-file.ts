/** Reads an image file, whole and once, and never one that cannot be an image. */
import { createHash } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { ImageProblem, problemOf } from '../problem'
import { looksLikeImage, sniff, sniffLength } from '../sniff'

/** Larger files are refused by their size alone: sparse ones claim terabytes. */
const byteLimit = 512 * 2 ** 20

export interface FileContent {
  bytes: Buffer
  sha256: Buffer
}

/** Null: neither the name nor the first bytes are an image's. @throws ImageProblem */
export async function readImageFile(path: Buffer): Promise<FileContent | null> {
  try {
    // A pipe put in the file's place since the scan would otherwise keep this waiting for ever.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      return await readOpened(file, looksLikeImage(path))
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw problemOf(cause)
  }
}

async function readOpened(file: FileHandle, expected: boolean): Promise<FileContent | null> {
  const before = await file.stat()
  if (!before.isFile()) throw new ImageProblem('unreadable', 'It is no ordinary file.')
  if (!expected && !sniff((await file.read(Buffer.alloc(sniffLength), 0, sniffLength, 0)).buffer)) return null
  if (before.size === 0) throw new ImageProblem('empty-file', 'The file is empty.')
  if (before.size > byteLimit) {
    throw new ImageProblem('too-large', `The file is larger than ${byteLimit / 2 ** 20} MB.`)
  }
  const bytes = await readBytes(file, before.size)
  if (bytes.length !== before.size || isOther(before, await file.stat())) {
    throw new ImageProblem('changed-while-read', 'The file changed while it was read. Rescan to read it again.')
  }
  return { bytes, sha256: createHash('sha256').update(bytes).digest() }
}

async function readBytes(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size)
  let length = 0
  while (length < size) {
    const { bytesRead } = await file.read(bytes, length, size - length, length)
    if (bytesRead === 0) break
    length += bytesRead
  }
  return bytes.subarray(0, length)
}

const isOther = (a: Stats, b: Stats) => a.size !== b.size || a.mtimeMs !== b.mtimeMs

/** At most the first `length` bytes. @throws NodeJS.ErrnoException */
export async function readHead(path: Buffer, length: number): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const { size } = await file.stat()
    return await readBytes(file, Math.min(size, length))
  } finally {
    await file.close()
  }
}
