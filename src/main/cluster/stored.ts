/** Neighbours and clusters of a run as one file of its folder: derived, and made again whenever it does not fit the embeddings. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Hierarchy } from './hierarchy'
import type { Neighbours } from './neighbours'

export interface StoredClusters {
  /** Ordinal of each row, in canonical order. */
  ordinals: Uint32Array
  neighbours: Neighbours
  hierarchy: Hierarchy
}

const fileName = 'clusters.bin'
const magic = 'handful clusters 1\n'

interface Header {
  rows: number
  k: number
  automatic: number
  levels: { granularity: number; clusters: number }[]
}

/** Whole or not at all. */
export function writeClusters(runFolder: string, { ordinals, neighbours, hierarchy }: StoredClusters): void {
  const header: Header = {
    rows: neighbours.rows,
    k: neighbours.k,
    automatic: hierarchy.automatic,
    levels: hierarchy.levels.map(({ granularity, clusters }) => ({ granularity, clusters })),
  }
  const text = Buffer.from(JSON.stringify(header))
  const head = Buffer.from(`${magic}${String(text.length).padStart(10, '0')}\n`)
  const columns = [
    ordinals,
    neighbours.ids,
    neighbours.similarities,
    hierarchy.typicality,
    ...hierarchy.levels.map(({ ids }) => ids),
  ]
  const body = Buffer.concat([
    head,
    text,
    ...columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength)),
  ])
  const path = join(runFolder, fileName)
  writeFileSync(`${path}.new`, Buffer.concat([body, createHash('sha256').update(body).digest()]), { flush: true })
  renameSync(`${path}.new`, path)
}

/** Null when there is none or it is damaged. */
export function readClusters(runFolder: string): StoredClusters | null {
  const path = join(runFolder, fileName)
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  const body = bytes.subarray(0, -32)
  if (!body.toString('latin1', 0, magic.length).startsWith(magic)) return null
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(-32))) return null
  const length = Number(body.toString('latin1', magic.length, magic.length + 10))
  let at = magic.length + 11
  const { rows, k, automatic, levels } = JSON.parse(body.toString('utf8', at, at + length)) as Header
  at += length
  const next = (count: number) => {
    const column = Uint8Array.from(body.subarray(at, at + count * 4)).buffer
    at += count * 4
    return column
  }
  const ordinals = new Uint32Array(next(rows))
  const neighbours = { rows, k, ids: new Int32Array(next(rows * k)), similarities: new Float32Array(next(rows * k)) }
  const typicality = new Float32Array(next(rows))
  const hierarchy = { automatic, typicality, levels: levels.map((level) => ({ ...level, ids: new Int32Array(next(rows)) })) }
  return { ordinals, neighbours, hierarchy }
}
