/** The end of an encoder, which fine-tuning moves. What lies before it, the trunk, stays as it is. */
import type { Tensors, Values } from '../../engine/program'
import type { tf } from '../../engine/tfjs'

export interface Tail {
  /** What is moved, for people. */
  readonly title: string
  /** ONNX: images uint8 → float32 [batch, features]. */
  readonly trunk: Uint8Array
  readonly features: number
  /** Where learning starts. */
  readonly weights: Values
  readonly learningRate: number
  /** [batch, features] → [batch, dimensions] */
  apply(x: tf.Tensor, weights: Tensors): tf.Tensor
  /** The whole encoder with these weights in the tail. */
  finish(weights: Values): Promise<TunedEncoder>
}

export interface TunedEncoder {
  /** ONNX: images uint8 → embeddings float32. */
  readonly model: Uint8Array
  /** Of its network, by name, where it has one: what can be tuned again or carried over. */
  readonly variables: Values | null
}
