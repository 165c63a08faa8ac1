/** Every path in one piece of memory, to search in as a person types: a million take a few hundredths of a second. */
import type { Reader } from '../../store/reader'

const newline = 10

export class PathIndex {
  readonly #text: Buffer
  /** Where each path begins, ascending. */
  readonly #starts: Uint32Array
  readonly #ordinals: Uint32Array

  constructor(reader: Reader) {
    const parts: Buffer[] = []
    const starts: number[] = []
    const ordinals: number[] = []
    let end = 0
    for (const { ordinal, display } of reader.paths()) {
      const bytes = Buffer.from(`${display.toLowerCase()}\n`)
      starts.push(end)
      ordinals.push(ordinal)
      parts.push(bytes)
      end += bytes.length
    }
    this.#text = Buffer.concat(parts)
    this.#starts = Uint32Array.from(starts)
    this.#ordinals = Uint32Array.from(ordinals)
  }

  /** Ascending ordinals with a path that contains `text`, whatever its letter case. */
  search(text: string): Uint32Array {
    const wanted = Buffer.from(text.toLowerCase())
    const found = new Set<number>()
    let path = 0
    for (let at = this.#text.indexOf(wanted); at >= 0;) {
      while (path + 1 < this.#starts.length && this.#starts[path + 1]! <= at) path++
      found.add(this.#ordinals[path]!)
      const next = this.#text.indexOf(newline, at)
      at = next < 0 ? -1 : this.#text.indexOf(wanted, next)
    }
    return Uint32Array.from(found).sort()
  }
}
