/** Builds ONNX graphs and writes them as protobuf: the subset of onnx.proto that encoders and traced training steps need. */
import { MessageWriter } from './protobuf'
import { tensor, type DataType, type Tensor, type TensorArrays } from './tensor'

/** Name of a value (edge) in a graph. */
export type Value = string

/** A plain number or list is an integer attribute; floats say so, since JavaScript cannot tell 1 from 1.0. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: Tensor }
  | Graph
export type Attributes = Readonly<Record<string, Attribute | undefined>>

/** A string dimension is symbolic: `['batch', 64]`. */
export type SymbolicShape = readonly (number | string)[]

interface Node {
  readonly op: string
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly attributes: Attributes
  readonly domain: string
}
interface Port {
  readonly name: Value
  readonly type: DataType
  readonly shape: SymbolicShape | undefined
}

const typeNumbers: Record<DataType, number> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
}
/** Operators of ONNX Runtime that are not standard; not for encoders that leave the app. */
export const MICROSOFT = 'com.microsoft'
const OPSET = 17
const IR_VERSION = 8

export class Graph {
  readonly name: string
  readonly nodes: Node[] = []
  private readonly initializers = new Map<Value, Tensor>()
  private readonly inputs: Port[] = []
  private readonly outputs: Port[] = []
  private readonly prefix: string
  private count = 0

  /** Give subgraphs (Loop and If bodies) a prefix, since ONNX names must not shadow those of the outer graph. */
  constructor(name = 'graph', prefix = '') {
    this.name = name
    this.prefix = prefix
  }

  input(name: Value, type: DataType, shape: SymbolicShape): Value {
    this.inputs.push({ name, type, shape })
    return name
  }

  /** Declares an existing value as a graph output; without a shape, the runtime infers it. */
  output(name: Value, type: DataType, shape?: SymbolicShape): Value {
    this.outputs.push({ name, type, shape })
    return name
  }

  constant<T extends DataType>(type: T, shape: readonly number[], data: TensorArrays[T], name?: Value): Value {
    const value = name ?? this.fresh('constant')
    this.initializers.set(value, tensor(type, shape, data))
    return value
  }

  /** A float32 constant; a bare number is a scalar. */
  float(data: number | Float32Array | readonly number[], shape?: readonly number[], name?: Value): Value {
    if (typeof data === 'number') return this.constant('float32', shape ?? [], Float32Array.of(data), name)
    return this.constant('float32', shape ?? [data.length], data instanceof Float32Array ? data : Float32Array.from(data), name)
  }

  /** An int64 constant, as axes, shapes and slice bounds are given; a bare number is a scalar. */
  int64(data: number | readonly number[], shape?: readonly number[]): Value {
    const list = typeof data === 'number' ? [data] : data
    const values = BigInt64Array.from(list, BigInt)
    return this.constant('int64', shape ?? (typeof data === 'number' ? [] : [list.length]), values)
  }

  /** Appends a node with one output and answers the name of that. An empty input name leaves an optional input out. */
  node(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes = {},
    options: { output?: Value; domain?: string } = {},
  ): Value {
    const output = options.output ?? this.fresh(op)
    this.nodes.push({ op, inputs, outputs: [output], attributes, domain: options.domain ?? '' })
    return output
  }

  /** Appends a node with several outputs. @param outputs their number, or their names */
  multiNode(
    op: string,
    inputs: readonly Value[],
    outputs: number | readonly Value[],
    attributes: Attributes = {},
    domain = '',
  ): Value[] {
    const names = typeof outputs === 'number' ? Array.from({ length: outputs }, () => this.fresh(op)) : [...outputs]
    this.nodes.push({ op, inputs, outputs: names, attributes, domain })
    return names
  }

  /** A name not used yet in this graph. */
  fresh(stem = 'value'): Value {
    return `${this.prefix}${stem}_${this.count++}`
  }

  /** Drops nodes and constants that no output depends on. */
  prune(): this {
    const needed = new Set(this.outputs.map((port) => port.name))
    const kept: Node[] = []
    for (const node of this.nodes.toReversed()) {
      if (!node.outputs.some((name) => needed.has(name))) continue
      kept.push(node)
      for (const name of [...node.inputs, ...outerValues(node)]) needed.add(name)
    }
    this.nodes.splice(0, this.nodes.length, ...kept.reverse())
    for (const name of this.initializers.keys()) if (!needed.has(name)) this.initializers.delete(name)
    return this
  }

  /** The graph as the bytes of a .onnx file (opset 17). */
  model(options: { metadata?: Readonly<Record<string, string>>; description?: string } = {}): Uint8Array {
    const model = new MessageWriter().integer(1, IR_VERSION).string(2, 'handful')
    if (options.description) model.string(6, options.description)
    model.message(7, (graph) => this.write(graph))
    model.message(8, (opset) => opset.string(1, '').integer(2, OPSET))
    if (this.uses(MICROSOFT)) model.message(8, (opset) => opset.string(1, MICROSOFT).integer(2, 1))
    for (const [key, value] of Object.entries(options.metadata ?? {})) {
      model.message(14, (entry) => entry.string(1, key).string(2, value))
    }
    return model.finish()
  }

  /** Every value that the graph reads, captured values of an outer graph among them. */
  *reads(): Generator<Value> {
    for (const port of this.outputs) yield port.name
    for (const node of this.nodes) yield* [...node.inputs, ...outerValues(node)]
  }

  uses(domain: string): boolean {
    return this.nodes.some((node) => node.domain === domain || subgraphs(node).some((graph) => graph.uses(domain)))
  }

  /** Writes the GraphProto. */
  write(writer: MessageWriter): void {
    for (const node of this.nodes) writer.message(1, (message) => writeNode(message, node))
    writer.string(2, this.name)
    for (const [name, value] of this.initializers) writer.message(5, (message) => writeTensor(message, value, name))
    for (const port of this.inputs) writer.message(11, (message) => writePort(message, port))
    for (const port of this.outputs) writer.message(12, (message) => writePort(message, port))
  }
}

function subgraphs(node: Node): Graph[] {
  return Object.values(node.attributes).filter((attribute) => attribute instanceof Graph)
}

function outerValues(node: Node): Value[] {
  return subgraphs(node).flatMap((graph) => [...graph.reads()])
}

function writeNode(writer: MessageWriter, node: Node): void {
  for (const name of node.inputs) writer.string(1, name)
  for (const name of node.outputs) writer.string(2, name)
  writer.string(3, `${node.op}:${node.outputs[0] ?? ''}`)
  writer.string(4, node.op)
  for (const [name, attribute] of Object.entries(node.attributes)) {
    if (attribute !== undefined) writer.message(5, (message) => writeAttribute(message.string(1, name), attribute))
  }
  if (node.domain) writer.string(7, node.domain)
}

function writeAttribute(writer: MessageWriter, attribute: Attribute): void {
  if (typeof attribute === 'number') writer.integer(3, attribute).integer(20, 2)
  else if (typeof attribute === 'string') writer.string(4, attribute).integer(20, 3)
  else if (attribute instanceof Graph) writer.message(6, (message) => attribute.write(message)).integer(20, 5)
  else if ('float' in attribute) writer.float(2, attribute.float).integer(20, 1)
  else if ('tensor' in attribute) writer.message(5, (message) => writeTensor(message, attribute.tensor)).integer(20, 4)
  else if ('floats' in attribute) {
    for (const value of attribute.floats) writer.float(7, value)
    writer.integer(20, 6)
  } else if ('strings' in attribute) {
    for (const value of attribute.strings) writer.string(9, value)
    writer.integer(20, 8)
  } else {
    for (const value of attribute) writer.integer(8, value)
    writer.integer(20, 7)
  }
}

function writeTensor(writer: MessageWriter, { type, shape, data }: Tensor, name?: Value): void {
  for (const side of shape) writer.integer(1, side)
  writer.integer(2, typeNumbers[type])
  if (name !== undefined) writer.string(8, name)
  writer.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

function writePort(writer: MessageWriter, { name, type, shape }: Port): void {
  writer.string(1, name).message(2, (valueType) =>
    valueType.message(1, (tensorType) => {
      tensorType.integer(1, typeNumbers[type])
      if (shape)
        tensorType.message(2, (sides) => shape.forEach((side) => sides.message(1, (message) => writeSide(message, side))))
    }),
  )
}

function writeSide(writer: MessageWriter, side: number | string): void {
  if (typeof side === 'number') writer.integer(1, side)
  else writer.string(2, side)
}
