/** Every path in one piece of memory, to search in as a person types: a million take a few hundredths of a second. */
import type { Reader } from '../../store/reader'

/** Paths that are encoded at once. */
const batch = 10_000

export class PathIndex {
  /** UTF-8, each byte a character: what is found in it is found without encoding anything again. */
  readonly #text: string
  /** Where each path begins, ascending, and where the last one ends. */
  readonly #starts: Uint32Array
  readonly #ordinals: Uint32Array

  constructor(reader: Reader) {
    const parts: string[] = []
    const starts = [0]
    const ordinals: number[] = []
    let lines: string[] = []
    const encode = () => {
      parts.push(bytesOf(lines.join('')))
      lines = []
    }
    for (const { ordinal, display } of reader.paths()) {
      const line = `${display.toLowerCase()}\n`
      starts.push(starts.at(-1)! + Buffer.byteLength(line))
      ordinals.push(ordinal)
      if (lines.push(line) === batch) encode()
    }
    encode()
    this.#text = parts.join('')
    this.#starts = Uint32Array.from(starts)
    this.#ordinals = Uint32Array.from(ordinals)
  }

  /** Ascending ordinals with a path that contains `text`, whatever its letter case. */
  search(text: string): Uint32Array {
    const wanted = bytesOf(text.toLowerCase())
    const found = new Uint32Array(this.#ordinals.length)
    let [count, path] = [0, 0]
    for (
      let at = this.#text.indexOf(wanted);
      at >= 0 && path < found.length;
      at = this.#text.indexOf(wanted, this.#starts[path])
    ) {
      while (this.#starts[path + 1]! <= at) path++
      found[count++] = this.#ordinals[path++]!
    }
    return ascending(found.subarray(0, count))
  }
}

const bytesOf = (text: string) => Buffer.from(text).toString('latin1')

/** Sorted, each once; most often it is so already. */
function ascending(ordinals: Uint32Array): Uint32Array {
  let last = -1
  for (const ordinal of ordinals) {
    if (ordinal <= last) return Uint32Array.from(new Set(ordinals)).sort()
    last = ordinal
  }
  return ordinals
}
