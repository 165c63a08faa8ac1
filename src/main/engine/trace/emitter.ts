/** What kernels write to: appends nodes to a graph, keeps track of layouts and of broadcasts that are put off. */
import { type Graph, MICROSOFT, type Attributes, type Value } from '../graph'
import { tf } from '../tfjs'
import { sameShape, sizeOf, Traced, type HostValues, type TracedType } from './traced'

/** Axis of NCHW for each axis of NHWC. */
const channelsFirstAxis = [0, 2, 3, 1] as const
const toChannelsFirst = [0, 3, 1, 2]
const toLogical = [0, 2, 3, 1]

export interface EmitterOptions {
  /** Only standard operators, as exported files need them and as GPU providers run best. */
  portable: boolean
  /**
   * A prime that stands for the batch while tracing: sides that it divides become "as many as there are" in the graph, so that it takes
   * batches of any size.
   */
  anyBatch?: number | undefined
}

export class Emitter {
  readonly graph: Graph
  readonly portable: boolean
  private readonly anyBatch: number | undefined
  private readonly constants = new Map<string, Value>()

  constructor(graph: Graph, options: EmitterOptions) {
    this.graph = graph
    this.portable = options.portable
    this.anyBatch = options.anyBatch
  }

  node(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.graph.node(op, inputs, attributes)
  }

  /** An operator of ONNX Runtime's own domain; never when `portable`. */
  contrib(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.graph.node(op, inputs, attributes, { domain: MICROSOFT })
  }

  nodes(op: string, inputs: readonly Value[], outputs: number, attributes: Attributes = {}): Value[] {
    return this.graph.multiNode(op, inputs, outputs, attributes)
  }

  ints(values: readonly number[]): Value {
    return this.once(`ints ${values.join()}`, () => this.graph.int64(values))
  }

  float(value: number): Value {
    return this.once(`float ${value}`, () => this.graph.float(value))
  }

  /** A scalar of the given type, for arithmetic beside a value of that type. */
  scalar(type: TracedType, value: number): Value {
    return this.once(`${type} ${value}`, () => this.graph.constant(type, [], hostArray(type, [value])))
  }

  reshape(value: Value, shape: readonly number[]): Value {
    return this.node('Reshape', [value, this.ints(shape.map((side) => (this.isBatch(side) ? -1 : side)))])
  }

  /** The value broadcast to `shape`. */
  expand(value: Value, shape: readonly number[]): Value {
    if (shape.some((side) => this.isBatch(side)))
      throw new Error('a graph for any batch size cannot repeat a value over the batch')
    return this.node('Expand', [value, this.ints(shape)])
  }

  /** Shape of a graph output; a side that depends on the batch has no number. */
  port(shape: readonly number[]): (number | string)[] {
    return shape.map((side) => (this.isBatch(side) ? 'batch' : side))
  }

  private isBatch(side: number): boolean {
    return this.anyBatch !== undefined && side > 0 && side % this.anyBatch === 0
  }

  transpose(value: Value, perm: readonly number[]): Value {
    return perm.every((axis, at) => axis === at) ? value : this.node('Transpose', [value], { perm })
  }

  /** Rows `starts` to `ends` (exclusive) along `axes`. */
  slice(
    value: Value,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps?: readonly number[],
  ): Value {
    const inputs = [value, this.ints(starts), this.ints(ends), this.ints(axes)]
    return this.node('Slice', steps ? [...inputs, this.ints(steps)] : inputs)
  }

  concat(values: readonly Value[], axis: number): Value {
    return values.length === 1 ? values[0]! : this.node('Concat', values, { axis })
  }

  sum(value: Value, axes: readonly number[], keepdims = 0): Value {
    return this.node('ReduceSum', [value, this.ints(axes)], { keepdims })
  }

  host(values: HostValues, shape: readonly number[], type: TracedType): Traced {
    return new Traced(shape, type, { host: values })
  }

  /** The value in tfjs' own layout; `whole` carries out a broadcast that was put off. */
  logical(value: Traced, whole = false): Value {
    value.logical ??= value.channelsFirst ? this.transpose(value.channelsFirst, toLogical) : this.constant(value)
    if (whole && !value.isWhole) {
      value.logical = this.expand(value.logical, value.shape)
      value.extent = value.shape
      value.channelsFirst = undefined
    }
    return value.logical
  }

  /** The value as NCHW. */
  channelsFirst(value: Traced, whole = false): Value {
    if (whole && !value.isWhole) this.logical(value, true)
    value.channelsFirst ??= this.transpose(this.logical(value), toChannelsFirst)
    return value.channelsFirst
  }

  whole(value: Traced): Value {
    return this.logical(value, true)
  }

  alias(value: Traced, shape: readonly number[] = value.shape): Traced {
    const { extent, logical, channelsFirst, host } = value
    if (sameShape(shape, value.shape)) return new Traced(shape, value.type, { extent, logical, channelsFirst, host })
    return this.reshaped(value, shape)
  }

  reshaped(value: Traced, shape: readonly number[]): Traced {
    if (sameShape(shape, value.shape)) return this.alias(value)
    if (value.host && !value.logical) return this.host(value.host, shape, value.type)
    const flat = value.isChannelsFirst && value.shape[1] === 1 && value.shape[2] === 1 && value.isWhole
    const logical = this.reshape(flat ? value.channelsFirst! : this.whole(value), shape)
    return new Traced(shape, value.type, { logical })
  }

  /** Applies `write` elementwise, in whatever layout the value has. */
  unary(value: Traced, write: (name: Value) => Value, type: TracedType = value.type): Traced {
    if (value.isChannelsFirst) {
      return new Traced(value.shape, type, { extent: value.extent, channelsFirst: write(value.channelsFirst!) })
    }
    const name = this.logical(value)
    return new Traced(value.shape, type, { extent: value.extent, logical: write(name) })
  }

  asFloat(value: Traced): Traced {
    return value.type === 'float32' ? value : this.unary(value, (name) => this.node('Cast', [name], { to: 1 }), 'float32')
  }

  /** Applies `write` to two values with broadcasting; NCHW when one of them is NCHW only. */
  binary(a: Traced, b: Traced, write: (a: Value, b: Value) => Value, type: TracedType = a.type): Traced {
    const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape])
    const first = shape.length === 4 && [a, b].some((value) => value.isChannelsFirst && value.shape.length === 4)
    const name = first ? write(this.besideChannelsFirst(a), this.besideChannelsFirst(b)) : write(this.logical(a), this.logical(b))
    const extent = this.padded(tf.backend_util.assertAndGetBroadcastShape([...a.extent], [...b.extent]), shape.length)
    return new Traced(shape, type, first ? { extent, channelsFirst: name } : { extent, logical: name })
  }

  /** `value` seen as broadcast to `shape`, without emitting the broadcast. */
  broadcast(value: Traced, shape: readonly number[]): Traced {
    if (!value.channelsFirst) this.logical(value)
    const extent = this.padded(value.extent, shape.length)
    if (value.shape.length === shape.length) {
      return new Traced(shape, value.type, { extent, logical: value.logical, channelsFirst: value.channelsFirst })
    }
    return new Traced(shape, value.type, { extent, logical: this.reshape(this.logical(value), extent) })
  }

  /** Reduces over `axes`, in whatever layout the value has. */
  reduce(value: Traced, axes: readonly number[], keep: boolean, op: string): Traced {
    if (axes.length === 0) return this.alias(value)
    const rank = value.shape.length
    const kept = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !axes.includes(axis))
    const shape = keep
      ? value.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
      : kept.map((axis) => value.shape[axis]!)
    if (!value.isChannelsFirst || !value.isWhole) {
      return new Traced(shape, value.type, { logical: this.reduceNode(op, this.whole(value), axes, keep) })
    }
    const moved = axes.map((axis) => channelsFirstAxis[axis]!).sort((a, b) => a - b)
    const reduced = this.reduceNode(op, value.channelsFirst!, moved, keep)
    if (keep) return new Traced(shape, value.type, { channelsFirst: reduced })
    const order = kept.map((axis) => channelsFirstAxis[axis]!)
    const sorted = order.toSorted((a, b) => a - b)
    return new Traced(shape, value.type, {
      logical: this.transpose(
        reduced,
        order.map((axis) => sorted.indexOf(axis)),
      ),
    })
  }

  private reduceNode(op: string, value: Value, axes: readonly number[], keep: boolean): Value {
    const keepdims = keep ? 1 : 0
    return op === 'ReduceSum' ? this.sum(value, axes, keepdims) : this.node(op, [value], { axes, keepdims })
  }

  /** An operand shaped to broadcast beside NCHW values. */
  private besideChannelsFirst(value: Traced): Value {
    if (value.shape.length === 4) return this.channelsFirst(value)
    const name = this.logical(value)
    if (value.shape.length === 0) return name
    const [n, h, w, c] = this.padded(value.extent, 4) as [number, number, number, number]
    if ([n, h, w, c].filter((side) => side !== 1).length <= 1) return this.reshape(name, [n, c, h, w])
    return this.transpose(this.reshape(name, [n, h, w, c]), toChannelsFirst)
  }

  private padded(shape: readonly number[], rank: number): number[] {
    return [...Array.from({ length: rank - shape.length }, () => 1), ...shape]
  }

  /** A constant of known numbers; equal numbers become one, broadcast later. */
  private constant(value: Traced): Value {
    if (!value.host) throw new Error('a traced value has neither a name nor numbers')
    const { splat, type, shape, host } = value
    if (splat === undefined) return this.graph.constant(type, shape, hostArray(type, host))
    value.extent = shape.map(() => 1)
    const { extent } = value
    return this.once(`${type} ${Object.is(splat, -0) ? '-0' : splat} rank ${extent.length}`, () =>
      this.graph.constant(type, extent, hostArray(type, [splat])),
    )
  }

  /** What `make` emitted for this key the first time. */
  once(key: string, make: () => Value): Value {
    let value = this.constants.get(key)
    if (value === undefined) this.constants.set(key, (value = make()))
    return value
  }
}

/** Numbers in the array type that the graph holds them in. */
export function hostArray<T extends TracedType>(type: T, values: ArrayLike<number>): HostArrays[T] {
  const array = type === 'float32' ? Float32Array : type === 'int32' ? Int32Array : Uint8Array
  return (values instanceof array ? values : array.from(values)) as HostArrays[T]
}
interface HostArrays {
  float32: Float32Array
  int32: Int32Array
  bool: Uint8Array
}

export function filled(type: TracedType, shape: readonly number[], value: number): Traced {
  return new Traced(shape, type, { host: hostArray(type, new Array<number>(sizeOf(shape)).fill(value)) })
}
