/** Cuts the rows of a container format into shards of about the same size, known before the first is written. */
import type { ExportRow } from './exporter'

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
