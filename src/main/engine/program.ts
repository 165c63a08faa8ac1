/** What the engine runs: plain tfjs functions from named tensors to named tensors. */
import type { Tensor } from './tensor'
import type { tf } from './tfjs'

/** Tensors of tfjs by name, while a program runs or is traced. */
export type Tensors = Readonly<Record<string, tf.Tensor>>
/** Numbers by name, as programs are fed and answer. */
export type Values = Readonly<Record<string, Tensor>>

export interface InputPort {
  shape: readonly number[]
  /** `uint8` reaches the program as float32, 0–255. */
  type?: 'float32' | 'int32' | 'uint8'
}
export type InputPorts = Readonly<Record<string, InputPort>>

/**
 * One training step: from variables and inputs to the variables that it changes and to outputs such as the loss.
 * A pure function of tfjs operations; whatever varies from step to step (learning rate, noise) is an input.
 */
export type Step = (variables: Tensors, inputs: Tensors) => { variables: Tensors; outputs: Tensors }

/** Inference with fixed variables. */
export type Forward = (variables: Tensors, inputs: Tensors) => Tensors

/** A step with its state, whichever engine runs it. `run` may block the event loop: for workers only. */
export interface TrainingStep {
  /**
   * Does one step and answers its outputs.
   * @throws EngineError SHAPE_CHANGED, or NOT_FINITE: the state is then still that of before the step
   */
  run(inputs: Values): Promise<Record<string, Tensor>>
  /** A copy of the state. */
  variables(): Record<string, Tensor> | Promise<Record<string, Tensor>>
  /**
   * Goes on from another state of the same variables.
   * @param steps taken before it, for messages
   * @throws EngineError CHECKPOINT_MISMATCH
   */
  load(variables: Values, steps?: number): void | Promise<void>
  dispose(): Promise<void>
}
