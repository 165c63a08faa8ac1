/** Writes text to a file piece by piece, at the pace of the disk. */
import { open } from 'node:fs/promises'

const pieceRows = 1000

/**
 * Writes `head`, then what `format` makes of each thousand rows; the file is on disk when it answers.
 * @returns rows written
 */
export async function writeRows<T>(
  path: string,
  head: string,
  rows: Iterable<T> | AsyncIterable<T>,
  format: (piece: T[]) => string,
  { signal, progress }: { signal: AbortSignal; progress?: (done: number) => void },
): Promise<number> {
  const file = await open(path, 'wx')
  let done = 0
  let piece: T[] = []
  const flush = async () => {
    if (piece.length === 0) return
    await file.writeFile(format(piece)) // `write` may stop short without an error on a disk that fills up
    done += piece.length
    piece = []
    signal.throwIfAborted()
    progress?.(done)
  }
  try {
    await file.writeFile(head)
    for await (const row of rows) {
      piece.push(row)
      if (piece.length === pieceRows) await flush()
    }
    await flush()
    await file.sync()
  } finally {
    await file.close()
  }
  return done
}
