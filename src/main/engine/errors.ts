/** What can go wrong between a tfjs program and its compiled graph, each with the values that explain it. */

export type EngineErrorCode =
  /** The program uses an operation that has no ONNX lowering. */
  | 'NO_KERNEL'
  /** The program asks for a number (`dataSync`, `arraySync`) that is known only when the graph runs. */
  | 'VALUE_READ_WHILE_TRACING'
  /** A step is fed other names, types or shapes than it was compiled for, or answers others than it keeps. */
  | 'SHAPE_CHANGED'
  /** An output that has to be finite (the loss) is not. */
  | 'NOT_FINITE'
  /** The eager engine is asked for a tfjs backend that is not registered. */
  | 'NO_BACKEND'
  /** A checkpoint belongs to other variables. */
  | 'CHECKPOINT_MISMATCH'

export class EngineError extends Error {
  readonly code: EngineErrorCode
  constructor(code: EngineErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'EngineError'
    this.code = code
  }
}

export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}
