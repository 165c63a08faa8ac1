/** Tensors as the engine passes them: an element type, a shape, a flat typed array in row-major order. */

/** `float16` is held as raw bits in a Uint16Array, `bool` as 0/1 in a Uint8Array. */
export interface TensorArrays {
  float32: Float32Array
  float64: Float64Array
  float16: Uint16Array
  uint8: Uint8Array
  int8: Int8Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
}
export type DataType = keyof TensorArrays

export interface Tensor<T extends DataType = DataType> {
  readonly type: T
  readonly shape: readonly number[]
  readonly data: TensorArrays[T]
}

export function tensor<T extends DataType>(type: T, shape: readonly number[], data: TensorArrays[T]): Tensor<T> {
  const size = shape.reduce((product, side) => product * side, 1)
  if (size !== data.length) throw new Error(`tensor of shape [${shape.join(', ')}] needs ${size} values, got ${data.length}`)
  return { type, shape, data }
}

export function float32(shape: readonly number[], data: Float32Array | readonly number[]): Tensor<'float32'> {
  return tensor('float32', shape, data instanceof Float32Array ? data : Float32Array.from(data))
}
