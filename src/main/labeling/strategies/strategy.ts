/** What a query strategy is given and what it answers. */
import type { KMeans } from '../../cluster/k-means'
import type { Matrix, MatrixProducts } from '../../engine/linear-algebra'
import type { TrainingLabels } from '../heads/head'
import type { MultiLabels } from '../heads/one-vs-rest'

/** What the head in force thinks of every row. */
export interface Guesses {
  /** float32 [rows, classCount], each row sums to 1 unless `independent`; calibrated by `exponent`. */
  probabilities: Float32Array
  /** Of a multi-label project: each class is there or not, whatever the others. */
  independent?: boolean
  classCount: number
  /** Applied to probabilities before they are compared or shown. */
  exponent: number
  /** Of the likeliest class, calibrated; where classes are independent, of the decision that is least sure. */
  confidences: Float32Array
  /** Share right of held-out annotations, by the chosen head; null while there are too few. */
  heldOut: number | null
}

export interface Pool {
  /** [rows, dimensions], centred, each row of length 1; rows in canonical order. */
  embeddings: Matrix
  /** 1 for rows with a label of any kind, or that cannot be asked. */
  labeled: Uint8Array
  /** Mean similarity of each row to its neighbours. */
  typicality: Float32Array
  /** Labels that train heads. */
  labels: TrainingLabels
  /** The same of a multi-label project. */
  multi?: MultiLabels
  /** Null while there is no head. */
  guesses: Guesses | null
  products: MatrixProducts
  /** k-means of some or all rows; the same question is computed once. */
  groups(count: number, seed: number): Promise<Groups>
}

/** @see typical.ts */
export interface Groups extends KMeans {
  /** Rows that were grouped, ascending; the others are left out where there are very many. */
  picked: Uint32Array
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

/** Rows that may be asked. */
export const openRows = ({ labeled }: Pick<Pool, 'labeled'>): number[] => {
  const open: number[] = []
  for (let row = 0; row < labeled.length; row++) if (!labeled[row]) open.push(row)
  return open
}
