/** Continues the graph of a finished .onnx file with more nodes, at the level of protobuf fields: nothing of the file is re-encoded. */
import type { Graph } from '../engine/graph'
import { MessageWriter } from '../engine/protobuf'

/** Field numbers of onnx.proto. */
const modelGraph = 7
const graphName = 2
const graphInput = 11
const graphOutput = 12
const valueName = 1

interface Field {
  number: number
  /** Tag and value as they stand in the message. */
  raw: Uint8Array
  /** Payload of length-delimited fields. */
  payload: Uint8Array | null
}

/** The fields of a protobuf message in order. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('the ONNX file ends in the middle of a field')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const start = at
    const tag = varint()
    const wire = tag & 7
    let payload: Uint8Array | null = null
    if (wire === 0) varint()
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = varint()
      payload = message.subarray(at, at + length)
      at += length
    } else throw new Error(`the ONNX file has a field of unknown wire type ${wire}`)
    if (at > message.length) throw new Error('the ONNX file ends in the middle of a field')
    yield { number: Math.floor(tag / 8), raw: message.subarray(start, at), payload }
  }
}

const text = new TextDecoder()

/** Names of a model's graph inputs and outputs. */
export function portsOf(model: Uint8Array): { inputs: string[]; outputs: string[] } {
  const graph = [...fieldsOf(graphOf(model))]
  const names = (number: number) =>
    graph
      .filter((field) => field.number === number)
      .map(({ payload }) =>
        text.decode([...fieldsOf(payload!)].find((field) => field.number === valueName)?.payload ?? undefined),
      )
  return { inputs: names(graphInput), outputs: names(graphOutput) }
}

function graphOf(model: Uint8Array): Uint8Array {
  for (const { number, payload } of fieldsOf(model)) if (number === modelGraph && payload) return payload
  throw new Error('the ONNX file has no graph')
}

/**
 * The model with the nodes, constants and outputs of `addition` behind its own. `addition` reads the model's values by name and
 * must not use a name that the model has; give it a prefix.
 */
export function continueModel(model: Uint8Array, addition: Graph): Uint8Array {
  return joined(model, addition, [graphName])
}

/** As `continueModel`, with the outputs of the addition alone; it reads the model's first output. */
export function withBehind(model: Uint8Array, addition: (output: string) => Graph): Uint8Array {
  return joined(model, addition(portsOf(model).outputs[0]!), [graphName, graphOutput])
}

function joined(model: Uint8Array, addition: Graph, dropped: readonly number[]): Uint8Array {
  const kept = [...fieldsOf(graphOf(model))].filter(({ number }) => !dropped.includes(number)).map(({ raw }) => raw)
  const graph = Buffer.concat([...kept, graphOf(addition.model())])
  const parts = [...fieldsOf(model)].map(({ number, raw }) =>
    number === modelGraph ? new MessageWriter().bytes(modelGraph, graph).finish() : raw,
  )
  return Buffer.concat(parts)
}
