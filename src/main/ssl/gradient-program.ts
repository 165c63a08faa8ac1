/** What a gradient-trained pretext task consists of: networks, views, noise, phases with a loss each, and what follows a step. */
import type { Random } from '../engine/random'
import type { Layer, Pass } from '../engine/layers/network'
import type { Tensors, Values } from '../engine/program'
import type { tf } from '../engine/tfjs'
import type { Optimizer } from '../engine/training/optimizers'
import type { Augmentation } from '../views/augmentation'

/** A group of views; each group is one input of the step. */
export interface ViewGroup {
  /** Views of each sample. */
  readonly count: number
  readonly augmentation: Augmentation
  /** Side in pixels when other than that of the images: small crops of multi-crop. */
  readonly size?: number
}

/** Numbers drawn anew for every step, keyed by seed and step. */
export interface Noise {
  readonly shape: readonly number[]
  fill(draws: Random, into: Float32Array): void
}

/** Standard normal. */
export const normalNoise = (shape: readonly number[]): Noise => ({
  shape,
  fill: (draws, into) => into.forEach((_, at) => (into[at] = draws.normal())),
})

export interface StepInputs {
  /** By group: float32 [count × batch, size, size, 3], 0–255, first views of all samples first. */
  readonly views: readonly tf.Tensor[]
  readonly noise: Tensors
  /** Numbers that change over a run, see `GradientProgram.schedule`. */
  readonly rates: Tensors
}

export interface PhaseResult {
  /** Scalar. */
  readonly loss: tf.Tensor
  /** Named terms of the loss, scalars. */
  readonly parts: Tensors
  /** [rows, dimensions]: watched for collapse. */
  readonly embeddings?: tf.Tensor
  /** For `afterStep`. */
  readonly carried?: Tensors
}

/** Phases run one after the other within a step, each on the weights that those before it left. */
export interface Phase {
  /** Whether this phase moves the weight of this name. */
  moves(weight: string): boolean
  readonly optimizer: Optimizer
  loss(inputs: StepInputs, pass: Pass): PhaseResult
}

export interface GradientProgram {
  /** Moved by phases. */
  readonly weights: Values
  /** Running statistics, renewed by layers, and what is left as it is. */
  readonly statistics: Values
  /** Moving averages, centres: renewed by `afterStep` alone. */
  readonly state?: Values
  readonly views: readonly ViewGroup[]
  readonly noise?: Readonly<Record<string, Noise>>
  /** Numbers for this share of the run, 0–1, such as the momentum of a moving average. */
  schedule?(share: number): Record<string, number>
  readonly phases: readonly Phase[]
  /** New state, from the variables after all phases and what the phases carried. */
  afterStep?(variables: Tensors, carried: Tensors, rates: Tensors): Tensors
  /** float32 [batch, size, size, 3], 0–255 → [batch, dimensions] */
  readonly embed: Layer
  readonly dimensions: number
  readonly notes: readonly string[]
}
