/** A run's map2d as one file of its folder: a line of facts, then x and y of each ordinal; the page reads it as it lies. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const fileName = 'map2d.bin'
/** Bytes before the numbers: text, filled up with spaces. */
const headLength = 128

export interface StoredMap {
  /** float32 [highest ordinal + 1, 2]; NaN for what has no embedding. */
  positions: Float32Array
  /** Share of the 15 nearest neighbours kept, 0–1. */
  preservation: number
}

/** Whole or not at all. */
export function writeMap(runFolder: string, { positions, preservation }: StoredMap): void {
  const head =
    JSON.stringify({ format: 'handful map 1', count: positions.length / 2, preservation }).padEnd(headLength - 1) + '\n'
  const path = join(runFolder, fileName)
  const body = Buffer.from(positions.buffer, positions.byteOffset, positions.byteLength)
  writeFileSync(`${path}.new`, Buffer.concat([Buffer.from(head, 'latin1'), body]), { flush: true })
  renameSync(`${path}.new`, path)
}

/** Null when there is none or it is damaged. */
export function readMap(runFolder: string): StoredMap | null {
  const path = join(runFolder, fileName)
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  try {
    const facts = JSON.parse(bytes.toString('latin1', 0, headLength)) as { format: string; count: number; preservation: number }
    if (facts.format !== 'handful map 1' || bytes.length !== headLength + facts.count * 8) return null
    return { positions: new Float32Array(Uint8Array.from(bytes.subarray(headLength)).buffer), preservation: facts.preservation }
  } catch {
    return null
  }
}
