/** Writes text to a file piece by piece, at the pace of the disk. */
import type { Hash } from 'node:crypto'
import { open } from 'node:fs/promises'

const pieceRows = 1000

/**
 * Writes `head`, then what `format` makes of each thousand rows, then `tail`; the file is on disk when it answers.
 * @returns rows written
 */
export async function writeRows<T>(
  path: string,
  head: string,
  rows: Iterable<T> | AsyncIterable<T>,
  format: (piece: T[]) => string,
  { signal, progress, tail, hash }: { signal: AbortSignal; progress?: (done: number) => void; tail?: string; hash?: Hash },
): Promise<number> {
  const file = await open(path, 'w')
  let done = 0
  let piece: T[] = []
  const write = async (text: string) => {
    hash?.update(text)
    await file.writeFile(text) // `write` may stop short without an error on a disk that fills up
  }
  const flush = async () => {
    if (piece.length === 0) return
    await write(format(piece))
    done += piece.length
    piece = []
    signal.throwIfAborted()
    progress?.(done)
  }
  try {
    await write(head)
    for await (const row of rows) {
      piece.push(row)
      if (piece.length === pieceRows) await flush()
    }
    await flush()
    await write(tail ?? '')
    await file.sync()
  } finally {
    await file.close()
  }
  return done
}

/** Writes the items of a JSON list or object piece by piece, with the commas between them. */
export function joinedItems(): (items: readonly string[]) => string {
  let first = true
  return (items) => {
    const text = items.map((item, index) => (first && index === 0 ? `\n${item}` : `,\n${item}`)).join('')
    first &&= items.length === 0
    return text
  }
}
