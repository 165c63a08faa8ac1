/** What a query found: how many, and in its order as far as anyone asks. */
import { none } from './fields'
import { firstByKey, inCategories, sortedByKey } from './order'

export interface Order {
  /** By ordinal; null: by the ordinals themselves. Ties keep the order of ordinals, so that pages never overlap. */
  key: ArrayLike<number> | null
  descending: boolean
}

/** What a grid asks for before anybody scrolls far; more is sorted whole. */
const soon = 1000

export class Found {
  readonly #order: Order
  readonly #categories: ArrayLike<number> | null
  /** Ascending until they are sorted. */
  #ordinals: Uint32Array
  #sorted = false
  #first: Uint32Array | null = null

  /** @param ordinals ascending, its own from now on; @param categories by ordinal: one after the other, each in the order */
  constructor(ordinals: Uint32Array, order: Order, categories: ArrayLike<number> | null) {
    this.#ordinals = ordinals
    this.#order = order
    this.#categories = categories
  }

  get total(): number {
    return this.#ordinals.length
  }

  /** Not to be changed. */
  page(offset: number, limit: number): Uint32Array {
    const { key, descending } = this.#order
    if (this.#sorted || !key || this.#categories || offset + limit > soon) return this.all().subarray(offset, offset + limit)
    this.#first ??= firstByKey(this.#ordinals, key, descending, soon)
    return this.#first.subarray(offset, offset + limit)
  }

  /** All in order; not to be changed. */
  all(): Uint32Array {
    if (this.#sorted) return this.#ordinals
    const { key, descending } = this.#order
    if (key) this.#ordinals = sortedByKey(this.#ordinals, key, descending)
    else if (descending) this.#ordinals.reverse()
    if (this.#categories) this.#ordinals = inCategories(this.#ordinals, this.#categories, none)
    this.#sorted = true
    return this.#ordinals
  }
}
