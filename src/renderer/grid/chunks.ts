/** Which ordinal stands where in a long list, known in chunks and forgotten when long unused. */

export const chunkSize = 200
const keptChunks = 60

export class Chunks {
  readonly #chunks = new Map<number, number[]>()

  ordinalAt(index: number): number | null {
    return this.#chunks.get(Math.floor(index / chunkSize))?.[index % chunkSize] ?? null
  }

  /** Chunks of an index range (ends included) that are not known. */
  lacking(first: number, last: number): number[] {
    const lacking: number[] = []
    for (let chunk = Math.floor(first / chunkSize); chunk <= Math.floor(last / chunkSize); chunk++) {
      const known = this.#chunks.get(chunk)
      if (!known) lacking.push(chunk)
      else {
        this.#chunks.delete(chunk)
        this.#chunks.set(chunk, known)
      }
    }
    return lacking
  }

  put(chunk: number, ordinals: number[]): void {
    this.#chunks.delete(chunk)
    this.#chunks.set(chunk, ordinals)
    for (const oldest of this.#chunks.keys()) {
      if (this.#chunks.size <= keptChunks) break
      this.#chunks.delete(oldest)
    }
  }

  get size(): number {
    return this.#chunks.size
  }

  clear(): void {
    this.#chunks.clear()
  }
}
