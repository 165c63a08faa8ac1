import { expect, test } from 'vitest'
import { random } from '../../engine/random'
import { looksTheSame, nearCopies } from './near-copies'

const noise = random(5)
const hash = () => Uint8Array.from({ length: 32 }, () => noise.below(256))
const flipped = (bytes: Uint8Array, bits: number) => {
  const copy = Uint8Array.from(bytes)
  for (let bit = 0; bit < bits; bit++) copy[bit % 32]! ^= 1 << Math.floor(bit / 32)
  return copy
}
const stacked = (...hashes: Uint8Array[]) => Uint8Array.from(hashes.flatMap((one) => [...one]))

test('a few bits apart is the same picture, more is another; an even picture is like none', () => {
  const one = hash()
  expect(looksTheSame(stacked(one, flipped(one, 16)), 0, 1)).toBe(true)
  expect(looksTheSame(stacked(one, flipped(one, 17)), 0, 1)).toBe(false)
  expect(looksTheSame(stacked(one, hash()), 0, 1)).toBe(false)
  expect(looksTheSame(new Uint8Array(64), 0, 1)).toBe(false)
  // Two thin lines, 5 bits each, differ in every bit they have although only 10 of 256.
  const line = (byte: number) => Uint8Array.from({ length: 32 }, (_, at) => (at === byte ? 31 : 0))
  expect(looksTheSame(stacked(line(3), line(4)), 0, 1)).toBe(false)
})

/** Neighbours of each row, nearest first, by distances that are told; all others are at 1. */
function near(rows: number, told: Record<string, number>) {
  const k = rows - 1
  const ids = new Int32Array(rows * k)
  const similarities = new Float32Array(rows * k)
  for (let row = 0; row < rows; row++) {
    const distance = (other: number) => told[`${Math.min(row, other)}-${Math.max(row, other)}`] ?? 1
    const others = [...Array(rows).keys()].filter((other) => other !== row).sort((a, b) => distance(a) - distance(b))
    others.forEach((other, rank) => {
      ids[row * k + rank] = other
      similarities[row * k + rank] = 1 - distance(other)
    })
  }
  return { rows, k, ids, similarities }
}

test('much nearer than the neighbourhood is a copy; chains are one group under its lowest ordinal', () => {
  // Rows are ordinals 6 … 0.
  const ordinals = Uint32Array.from([6, 5, 4, 3, 2, 1, 0])
  const neighbours = near(7, { '0-1': 0.02, '1-2': 0.03, '4-5': 0.2 })
  expect([...nearCopies(new Uint8Array(7 * 32), { ordinals, neighbours })]).toEqual([0, 1, 2, 3, 4, 4, 4])
})

test('where all are alike the hashes decide', () => {
  const ordinals = Uint32Array.from([0, 1, 2, 3])
  const all = ['0-1', '0-2', '0-3', '1-2', '1-3', '2-3']
  const a = hash()
  const hashes = stacked(a, flipped(a, 5), hash(), flipped(a, 9))
  const at = (distance: number) => near(4, Object.fromEntries(all.map((pair) => [pair, distance])))
  expect([...nearCopies(hashes, { ordinals, neighbours: at(0.005) })]).toEqual([0, 0, 2, 0])
  expect([...nearCopies(hashes, { ordinals, neighbours: at(0.02) })]).toEqual([0, 1, 2, 3])
})
