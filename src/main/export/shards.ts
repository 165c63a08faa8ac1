/** Cuts the rows of a container format into shards of about the same size, known before the first is written. */
import type { ExportContext, ExportRow } from './exporter'
import { partsOf } from './folder'
import { NameGiver } from './names'

export interface Shard {
  /** Relative to the export. */
  path: string
  rows: Iterable<ExportRow>
  /** One for all shards of a split. */
  names: NameGiver
  /** Rows written before. */
  done: number
}

interface Cut {
  bytesEach: number
  rowsEach?: number
  pathOf: (part: string, index: number, count: number) => string
}

/** Has every shard of every split written, one after the other. @param write gives how many rows it wrote */
export async function writeShards(
  context: ExportContext,
  { bytesEach, rowsEach, pathOf }: Cut,
  write: (shard: Shard) => Promise<number>,
): Promise<{ done: number; files: string[] }> {
  const files: string[] = []
  let done = 0
  for (const part of partsOf(context)) {
    const names = new NameGiver()
    const shards = shardsOf(part.rows, bytesEach, rowsEach)
    for (const [index, rows] of shards.entries()) {
      const path = pathOf(part.name, index, shards.length)
      done += await write({ path, rows: rows(), names, done })
      files.push(path)
    }
  }
  return { done, files }
}

/** @returns at least one; each gives its rows anew whenever asked */
export function shardsOf(rows: () => Iterable<ExportRow>, bytesEach: number, rowsEach = Infinity): (() => Iterable<ExportRow>)[] {
  const ends: number[] = []
  let count = 0
  let from = 0
  let bytes = 0
  for (const row of rows()) {
    if (count > from && (bytes + row.bytes > bytesEach || count - from >= rowsEach)) {
      ends.push(count)
      from = count
      bytes = 0
    }
    bytes += row.bytes
    count++
  }
  ends.push(count)
  return ends.map(
    (end, index) =>
      function* () {
        const start = ends[index - 1] ?? 0
        let at = 0
        for (const row of rows()) {
          if (at >= end) return
          if (at++ >= start) yield row
        }
      },
  )
}
