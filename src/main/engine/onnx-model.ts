/** Reads what a finished .onnx file takes and gives, and puts nodes before and behind its own: nothing of the file is re-encoded. */
import type { Graph } from './graph'
import { MessageWriter } from './protobuf'
import { type Field, fieldsOf } from './protobuf-fields'

/** Field numbers of onnx.proto, by message. */
const model = { irVersion: 1, graph: 7, opset: 8 }
const graph = { node: 1, name: 2, initializer: 5, input: 11, output: 12 }
const node = { input: 1, output: 2, operator: 4 }
const tensor = { type: 2, name: 8, raw: 9, dataLocation: 14 }
/** TensorProto.DataType. */
const float16 = 10
const valueInfo = { name: 1, type: 2 }
/** Constants need not be listed as inputs from here on. */
const constantsApart = 4

export interface Port {
  readonly name: string
  /** TensorProto.DataType; 0 for what is no tensor. */
  readonly type: number
  /** Null: any; null as a whole: unknown. */
  readonly shape: readonly (number | null)[] | null
}

export interface Ports {
  readonly inputs: readonly Port[]
  readonly outputs: readonly Port[]
}

const text = new TextDecoder()
const message = (fields: Iterable<Field>, number: number) => {
  for (const field of fields) if (field.number === number && field.payload) return [...fieldsOf(field.payload)]
  return []
}
const stringOf = (fields: Iterable<Field>, number: number) => {
  for (const field of fields) if (field.number === number) return text.decode(field.payload ?? undefined)
  return ''
}
const integerOf = (fields: Iterable<Field>, number: number) => {
  for (const field of fields) if (field.number === number) return field.value
  return null
}

function portOf(payload: Uint8Array): Port {
  const fields = [...fieldsOf(payload)]
  const tensorType = message(message(fields, valueInfo.type), 1)
  const hasShape = tensorType.some(({ number }) => number === 2)
  const sides = message(tensorType, 2).map(({ payload }) => integerOf(fieldsOf(payload!), 1))
  return { name: stringOf(fields, valueInfo.name), type: integerOf(tensorType, 1) ?? 0, shape: hasShape ? sides : null }
}

/** Graph inputs, without the constants that old files list among them, and outputs. */
export function portsOf(bytes: Uint8Array): Ports {
  const fields = [...fieldsOf(graphOf(bytes))]
  const of = (number: number) => fields.filter((field) => field.number === number).map(({ payload }) => payload!)
  const constants = new Set(of(graph.initializer).map((payload) => stringOf(fieldsOf(payload), tensor.name)))
  return {
    inputs: of(graph.input)
      .map(portOf)
      .filter(({ name }) => !constants.has(name)),
    outputs: of(graph.output).map(portOf),
  }
}

/** A node: its operator, and the names of what it reads. */
export interface Maker {
  readonly operator: string
  readonly inputs: readonly string[]
}

/** The node that makes each value, by the value's name. */
export function makersOf(bytes: Uint8Array): ReadonlyMap<string, Maker> {
  const makers = new Map<string, Maker>()
  for (const { number, payload } of fieldsOf(graphOf(bytes))) {
    if (number !== graph.node) continue
    const fields = [...fieldsOf(payload!)]
    const names = (of: number) => fields.filter((field) => field.number === of).map((field) => text.decode(field.payload!))
    const maker = { operator: stringOf(fields, node.operator), inputs: names(node.input) }
    for (const output of names(node.output)) makers.set(output, maker)
  }
  return makers
}

/** Whether weights lie in files of their own beside the model. */
export function hasWeightsElsewhere(bytes: Uint8Array): boolean {
  for (const { number, payload } of fieldsOf(graphOf(bytes)))
    if (number === graph.initializer && integerOf(fieldsOf(payload!), tensor.dataLocation) === 1) return true
  return false
}

/** The values of all constants of 16-bit floats, in the order of the file. */
export function halfFloatsOf(bytes: Uint8Array): Float32Array[] {
  const found: Float32Array[] = []
  for (const { number, payload } of fieldsOf(graphOf(bytes))) {
    if (number !== graph.initializer) continue
    const fields = [...fieldsOf(payload!)]
    if (integerOf(fields, tensor.type) !== float16) continue
    const { payload: raw } = fields.find((field) => field.number === tensor.raw)!
    const view = new DataView(raw!.buffer, raw!.byteOffset, raw!.byteLength)
    found.push(Float32Array.from({ length: raw!.byteLength / 2 }, (_, at) => halfFloat(view.getUint16(2 * at, true))))
  }
  return found
}

/** IEEE 754 binary16. @param bits without infinities, which no weight is */
function halfFloat(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023]
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function graphOf(bytes: Uint8Array): Uint8Array {
  for (const { number, payload } of fieldsOf(bytes)) if (number === model.graph && payload) return payload
  throw new Error('the ONNX file has no graph')
}

/**
 * The model with the nodes, constants and outputs of `addition` behind its own. `addition` reads the model's values by name and
 * must not use a name that the model has; give it a prefix.
 */
export function continueModel(bytes: Uint8Array, addition: Graph): Uint8Array {
  return joined(bytes, { behind: addition }, [graph.name])
}

/** As `continueModel`, with the outputs of the addition alone; it reads the model's first output. */
export function withBehind(bytes: Uint8Array, addition: (output: string) => Graph): Uint8Array {
  return joined(bytes, { behind: addition(portsOf(bytes).outputs[0]!.name) }, [graph.name, graph.output])
}

/** As `withBehind`, with the inputs of `before` alone, which makes the values that the model reads as its inputs. */
export function between(bytes: Uint8Array, before: Graph, behind: Graph): Uint8Array {
  const { inputs } = portsOf(bytes)
  return joined(bytes, { before, behind }, [graph.name, graph.output], new Set(inputs.map(({ name }) => name)))
}

/**
 * Two models side by side that read inputs of the same names, with the outputs of `behind` alone, which reads the values of both.
 * They may share no other names.
 */
export function besides(bytes: Uint8Array, other: Uint8Array, behind: Graph): Uint8Array {
  const its = [...fieldsOf(graphOf(other))].filter(({ number }) => number === graph.node || number === graph.initializer)
  return joined(bytes, { its, behind }, [graph.name, graph.output])
}

interface Additions {
  readonly before?: Graph
  /** Of another model. */
  readonly its?: readonly Field[]
  readonly behind: Graph
}

function joined(
  bytes: Uint8Array,
  { before, its = [], behind }: Additions,
  dropped: readonly number[],
  droppedInputs: ReadonlySet<string> = new Set(),
): Uint8Array {
  const isDropped = ({ number, payload }: Field) =>
    dropped.includes(number) || (number === graph.input && droppedInputs.has(portOf(payload!).name))
  const kept = [...fieldsOf(graphOf(bytes))].filter((field) => !isDropped(field)).map(({ raw }) => raw)
  const first = before ? [graphOf(before.model())] : []
  const merged = Buffer.concat([...first, ...kept, ...its.map(({ raw }) => raw), graphOf(behind.model())])
  const parts = [...fieldsOf(bytes)].map(({ number, raw, value }) => {
    if (number === model.graph) return new MessageWriter().bytes(model.graph, merged).finish()
    if (number === model.irVersion) return new MessageWriter().integer(model.irVersion, Math.max(value!, constantsApart)).finish()
    return raw
  })
  return Buffer.concat(parts)
}

/** Version of the standard operators. */
export function opsetOf(bytes: Uint8Array): number {
  for (const { number, payload } of fieldsOf(bytes)) {
    if (number !== model.opset) continue
    const fields = [...fieldsOf(payload!)]
    if (['', 'ai.onnx'].includes(stringOf(fields, 1))) return integerOf(fields, 2) ?? 1
  }
  return 1
}
