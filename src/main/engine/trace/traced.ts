/** A tensor while it is traced: no numbers, but the names that its value has in the graph. */
import type { Value } from '../graph'

export type TracedType = 'float32' | 'int32' | 'bool'
export type HostValues = Float32Array | Int32Array | Uint8Array

export interface TracedOptions {
  extent?: readonly number[] | undefined
  logical?: Value | undefined
  channelsFirst?: Value | undefined
  host?: HostValues | undefined
}

/**
 * A value of rank 4 may exist as NHWC (`logical`, what tfjs means), as NCHW (`channelsFirst`, what ONNX convolutions want), or as both:
 * transposes are emitted only where one is asked for. `extent` is the shape in the graph, in logical axis order: 1 where a broadcast
 * is put off until an operation needs the full tensor.
 */
export class Traced {
  readonly shape: readonly number[]
  readonly type: TracedType
  extent: readonly number[]
  logical: Value | undefined
  channelsFirst: Value | undefined
  readonly host: HostValues | undefined
  /** The number that every element of `host` has. */
  readonly splat: number | undefined

  constructor(shape: readonly number[], type: TracedType, options: TracedOptions = {}) {
    this.shape = shape
    this.type = type
    this.extent = options.extent ?? shape
    this.logical = options.logical
    this.channelsFirst = options.channelsFirst
    this.host = options.host
    this.splat = options.host && splatOf(options.host)
  }

  get size(): number {
    return sizeOf(this.shape)
  }

  /** Exists as NCHW only. */
  get isChannelsFirst(): boolean {
    return this.channelsFirst !== undefined && this.logical === undefined
  }

  get isWhole(): boolean {
    return sameShape(this.extent, this.shape)
  }
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1)
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, axis) => side === b[axis])
}

function splatOf(values: HostValues): number | undefined {
  const first = values[0]
  return first !== undefined && values.every((value) => value === first) ? first : undefined
}
