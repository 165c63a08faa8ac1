/** What a head is given and what it answers. */
import type { MatrixProducts } from '../../engine/linear-algebra'

/** Labels to learn from, as rows of the embeddings. */
export interface TrainingLabels {
  rows: Uint32Array
  /** Class index of each, 0 … classCount − 1. */
  classes: Uint16Array
  /** 1 for what a person saw, less for hints. */
  weights: Float32Array
  classCount: number
  /** What the class of each index is called, so that a later fit knows it again; without it every fit starts afresh. */
  keys?: readonly string[]
}

/** Symmetric neighbour graph in compressed rows; see `spreadGraph`. */
export interface Graph {
  /** [rows + 1] */
  starts: Uint32Array
  targets: Uint32Array
  /** Normalised, D^-1/2 W D^-1/2. */
  weights: Float32Array
}

export interface HeadInput {
  /** float32 [rows, dimensions], centred, each row of length 1. */
  embeddings: Float32Array
  rows: number
  dimensions: number
  graph: Graph
  labels: TrainingLabels
  products: MatrixProducts
}

/** float32 [rows, classCount], each row sums to 1. */
export type Probabilities = Float32Array

export interface Fit {
  probabilities: Probabilities
  /** float32 [labels, classCount]: each label as seen by a fit without its fold; empty without folds. */
  heldOut: Float32Array
}

/** What heads keep from one fit to the next on the same embeddings, by head: a place to start from, never what they answer. */
export type Memory = Map<string, unknown>

export interface FitContext {
  input: HeadInput
  /** Fold of each label, −1: never held out; null when nothing is to be validated. */
  folds: Int16Array | null
  memory: Memory
  /** What another head makes of the same input, fitted once. */
  fitOf(head: Head): Promise<Fit>
}

export interface Head {
  id: string
  title: string
  /** Labels per class on average from which it is worth trying. */
  fewestPerClass: number
  fit(context: FitContext): Promise<Fit>
}

/** Fits heads, each at most once. */
export function fitter(input: HeadInput, folds: Int16Array | null, memory: Memory = new Map()): (head: Head) => Promise<Fit> {
  const done = new Map<Head, Promise<Fit>>()
  const fitOf = (head: Head): Promise<Fit> => {
    const fit = done.get(head) ?? head.fit({ input, folds, memory, fitOf })
    done.set(head, fit)
    return fit
  }
  return fitOf
}
