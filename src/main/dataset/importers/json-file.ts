/** JSON files read item by item: label files of a million images do not fit into one string. */
import { createReadStream } from 'node:fs'
import { JSONParser } from '@streamparser/json'
import { wrong } from './importer'

export interface JsonItem {
  /** Key or index of the item in what holds it. */
  key: string | number
  /** Keys above, from the top. */
  above: (string | number)[]
  value: unknown
}

/** Items at these paths, such as `$.images.*`, as they come. @throws HandfulError LABEL_FILE when it is no JSON */
export async function* jsonItems(path: string, paths: string[]): AsyncGenerator<JsonItem> {
  const parser = new JSONParser({ paths, keepStack: false })
  let found: JsonItem[] = []
  let failure: Error | null = null
  parser.onValue = ({ value, key, stack }) => {
    const above = stack.slice(1).flatMap((one) => (one.key === undefined ? [] : [one.key]))
    found.push({ key: key ?? 0, above, value })
  }
  parser.onError = (cause) => {
    failure = cause
  }
  const stream = createReadStream(path, { highWaterMark: 1 << 17 })
  try {
    for await (const piece of stream) {
      if (parser.isEnded) break
      parser.write(piece as Uint8Array)
      if (failure) throw failure as Error
      yield* found
      found = []
    }
    if (!parser.isEnded) throw new Error('it ends in the middle')
    yield* found
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code) throw cause
    throw wrong(path, `not JSON: ${(cause as Error).message}`, { cause })
  } finally {
    stream.destroy()
  }
}
