/** What a query strategy is given and what it answers. */
import type { Matrix, MatrixProducts } from '../../engine/linear-algebra'

export interface Pool {
  /** [rows, dimensions], centred, each row of length 1; rows in canonical order. */
  embeddings: Matrix
  /** 1 for rows with a label of any kind, or that cannot be asked. */
  labeled: Uint8Array
  /** Mean similarity of each row to its neighbours. */
  typicality: Float32Array
  /** Confidence of the head by row; empty while there is none. */
  confidences: Float32Array
  products: MatrixProducts
}

export interface Query {
  row: number
  /** In plain words. */
  why: string
}

export interface Strategy {
  id: string
  /** At most `count` unlabeled rows, the most worth asking first. */
  choose(pool: Pool, count: number, seed: number): Promise<Query[]>
}
