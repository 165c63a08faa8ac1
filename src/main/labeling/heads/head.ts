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

export interface Head {
  id: string
  title: string
  fit(input: HeadInput): Probabilities
}
