/** The k most similar candidates of each row while candidates come in blocks: a heap per row whose root is the least kept. */
import type { Neighbours } from './neighbours'

export class NearestKept {
  readonly #k: number
  readonly #ids: Int32Array
  readonly #similarities: Float32Array
  readonly #rows: number

  constructor(rows: number, k: number) {
    this.#rows = rows
    this.#k = k
    this.#ids = new Int32Array(rows * k).fill(-1)
    this.#similarities = new Float32Array(rows * k).fill(-Infinity)
  }

  /**
   * Candidates of `row` with their similarities at `values[from …]`: candidate i is `candidates[i]`, or `candidates + i` when they are
   * numbered on. `self` is never kept. No candidate may be offered twice.
   */
  offer(row: number, values: Float32Array, from: number, count: number, candidates: Int32Array | number, self = row): void {
    const root = row * this.#k
    let least = this.#similarities[root]!
    for (let at = 0; at < count; at++) {
      const value = values[from + at]!
      if (value <= least) continue
      const id = typeof candidates === 'number' ? candidates + at : candidates[at]!
      if (id === self) continue
      this.#replaceRoot(root, id, value)
      least = this.#similarities[root]!
    }
  }

  /** Nearest first; of equal ones the lower row. The heaps are used up. */
  sorted(): Neighbours {
    for (let row = 0; row < this.#rows; row++) this.#sort(row * this.#k)
    return { rows: this.#rows, k: this.#k, ids: this.#ids, similarities: this.#similarities }
  }

  #replaceRoot(root: number, id: number, value: number): void {
    const [ids, kept, k] = [this.#ids, this.#similarities, this.#k]
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= k) break
      if (child + 1 < k && kept[root + child + 1]! < kept[root + child]!) child++
      if (kept[root + child]! >= value) break
      ids[root + at] = ids[root + child]!
      kept[root + at] = kept[root + child]!
      at = child
    }
    ids[root + at] = id
    kept[root + at] = value
  }

  /** Insertion sort: k is small. */
  #sort(root: number): void {
    const [ids, kept] = [this.#ids, this.#similarities]
    for (let at = root + 1; at < root + this.#k; at++) {
      const [id, value] = [ids[at]!, kept[at]!]
      let to = at
      for (; to > root && (kept[to - 1]! < value || (kept[to - 1] === value && ids[to - 1]! > id)); to--) {
        ids[to] = ids[to - 1]!
        kept[to] = kept[to - 1]!
      }
      ids[to] = id
      kept[to] = value
    }
  }
}
