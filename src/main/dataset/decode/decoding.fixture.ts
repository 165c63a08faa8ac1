/** The one decode, as tests call it, and a drawing of four colours to put through it. */
import { createHash } from 'node:crypto'
import type { Fit } from '@shared/model'
import sharp from 'sharp'
import { afterAll, expect } from 'vitest'
import { workerArguments } from '../../hosts/worker-entry'
import { HeicThreads } from './heic-threads'
import { decodeImage } from './image'
import { takeTurns } from './turns'

export const decoders = { turns: takeTurns(), heic: new HeicThreads(workerArguments('heic')) }
afterAll(() => decoders.heic.close())

export const decode = (bytes: Buffer, name = 'a.jpg', size = 40, fit: Fit = 'stretch') =>
  decodeImage(Buffer.from(name), { bytes, sha256: createHash('sha256').update(bytes).digest() }, size, fit, decoders)
export const problem = (bytes: Buffer, name?: string) => expect(decode(bytes, name)).rejects

/** 40 × 40: red, green / blue, white. */
export const quadrants = Buffer.from(
  Array.from({ length: 1600 }, (_, at) => {
    const [right, low] = [at % 40 >= 20, at >= 800]
    return low ? (right ? [255, 255, 255] : [0, 0, 255]) : right ? [0, 255, 0] : [255, 0, 0]
  }).flat(),
)
export const upright = sharp(quadrants, { raw: { width: 40, height: 40, channels: 3 } })
/** Away from the borders between the quadrants. */
export const corners = (pixels: Uint8Array) =>
  [
    [10, 10],
    [30, 10],
    [10, 30],
    [30, 30],
  ].map(([x, y]) => [...pixels.subarray((y! * 40 + x!) * 3, (y! * 40 + x!) * 3 + 3)])

export function expectQuadrants(pixels: Uint8Array, tolerance: number): void {
  const wanted = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ]
  const off = corners(pixels).flatMap((colour, index) =>
    colour.map((value, channel) => Math.abs(value - wanted[index]![channel]!)),
  )
  expect(Math.max(...off)).toBeLessThanOrEqual(tolerance)
}

/** The grey level of the pixel at `index`. */
export const at = (pixels: Uint8Array, index: number) => pixels[index * 3]!
