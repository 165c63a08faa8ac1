import { expect, it } from 'vitest'
import { Chunks, chunkSize } from './chunks'

const ordinals = (chunk: number) => Array.from({ length: chunkSize }, (_, at) => chunk * chunkSize + at + 7)

it('tells which ordinal stands where, and which chunks lack', () => {
  const chunks = new Chunks()
  chunks.put(1, ordinals(1))
  expect(chunks.ordinalAt(chunkSize + 5)).toBe(chunkSize + 12)
  expect(chunks.ordinalAt(3)).toBeNull()
  expect(chunks.lacking(chunkSize - 1, 2 * chunkSize)).toEqual([0, 2])
})

it('forgets the chunk that was unused longest, never the one just looked at', () => {
  const chunks = new Chunks()
  chunks.put(0, ordinals(0))
  for (let chunk = 1; chunk < 500; chunk++) {
    chunks.put(chunk, ordinals(chunk))
    chunks.lacking(0, 0)
  }
  expect(chunks.ordinalAt(0)).toBe(7)
  expect(chunks.ordinalAt(chunkSize)).toBeNull()
  expect(chunks.size).toBeLessThan(100)
})
