/** Disjoint sets over 0 … count − 1, each named by its least member (Galler & Fischer 1964, with path halving). */
export class DisjointSets {
  readonly #parent: Uint32Array

  constructor(count: number) {
    this.#parent = Uint32Array.from({ length: count }, (_, index) => index)
  }

  of(index: number): number {
    const parent = this.#parent
    while (parent[index] !== index) index = parent[index] = parent[parent[index]!]!
    return index
  }

  join(a: number, b: number): void {
    const [one, other] = [this.of(a), this.of(b)]
    this.#parent[Math.max(one, other)] = Math.min(one, other)
  }

  /** Name of the set of each. */
  all(): Uint32Array {
    return this.#parent.map((_, index) => this.of(index))
  }
}
