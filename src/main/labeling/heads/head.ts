/** What a head is given and what it answers. */

/** Labels to learn from, as rows of the embeddings. */
export interface TrainingLabels {
  rows: Uint32Array
  /** Class index of each, 0 … classCount − 1. */
  classes: Uint16Array
  /** 1 for what a person saw, less for hints. */
  weights: Float32Array
  classCount: number
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
}

/** float32 [rows, classCount], each row sums to 1. */
export type Probabilities = Float32Array

export interface Fit {
  probabilities: Probabilities
  /** float32 [labels, classCount]: each label as seen by a fit without its fold; empty without folds. */
  heldOut: Float32Array
}

export interface FitContext {
  input: HeadInput
  /** Fold of each label, −1: never held out; null when nothing is to be validated. */
  folds: Int16Array | null
  /** What another head makes of the same input, fitted once. */
  fitOf(head: Head): Fit
}

export interface Head {
  id: string
  title: string
  fit(context: FitContext): Fit
}

/** Fits heads, each at most once. */
export function fitter(input: HeadInput, folds: Int16Array | null): (head: Head) => Fit {
  const done = new Map<Head, Fit>()
  const fitOf = (head: Head): Fit => {
    const fit = done.get(head) ?? head.fit({ input, folds, fitOf })
    done.set(head, fit)
    return fit
  }
  return fitOf
}
