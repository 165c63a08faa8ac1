/** How networks are built: layers claim their weights by name once, then run on whatever tensors those names have. */
import type { Tensors } from '../program'
import { random } from '../random'
import { float32, type Tensor } from '../tensor'
import type { tf } from '../tfjs'

/** One pass through a network. */
export interface Pass {
  /** Weights and running statistics by name. */
  variables: Tensors
  /** Batch statistics normalise and running ones are renewed; otherwise the running ones normalise. */
  training: boolean
  /** New running statistics, written by layers. */
  renewed: Record<string, tf.Tensor>
}

export type Layer = (x: tf.Tensor, pass: Pass) => tf.Tensor

/** Collects what a network starts from. The same seed and the same calls give the same weights. */
export class Blueprint {
  /** Trained by gradients. */
  readonly weights: Record<string, Tensor> = {}
  /** Followed by moving averages, or left as they are. */
  readonly statistics: Record<string, Tensor> = {}
  private readonly seed: number
  private claimed = 0

  constructor(seed: number) {
    this.seed = seed
  }

  /** Normally distributed around 0; 0 throughout when `deviation` is. */
  weight(name: string, shape: readonly number[], deviation: number): string {
    const draws = random(this.seed, 0x77, this.claimed++)
    return this.claim(this.weights, name, shape, () => (deviation === 0 ? 0 : deviation * draws.normal()))
  }

  vector(name: string, length: number, value: number): string {
    return this.claim(this.weights, name, [length], () => value)
  }

  statistic(name: string, length: number, value: number): string {
    return this.claim(this.statistics, name, [length], () => value)
  }

  /** Zeros, until it is given what it is. */
  constant(name: string, shape: readonly number[]): string {
    return this.claim(this.statistics, name, shape, () => 0)
  }

  private claim(among: Record<string, Tensor>, name: string, shape: readonly number[], value: () => number): string {
    if (this.weights[name] ?? this.statistics[name]) throw new Error(`two layers are called ${name}`)
    const size = shape.reduce((product, side) => product * side, 1)
    among[name] = float32(shape, Float32Array.from({ length: size }, value))
    return name
  }
}

/** Applies layers in turn. */
export function chain(...layers: readonly Layer[]): Layer {
  return (x, pass) => layers.reduce((value, layer) => layer(value, pass), x)
}
