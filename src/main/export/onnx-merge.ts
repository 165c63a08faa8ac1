/** Continues the graph of a finished .onnx file with more nodes, at the level of protobuf fields: nothing of the file is re-encoded. */
import type { Graph } from '../engine/graph'
import { MessageWriter } from '../engine/protobuf'
import { fieldsOf } from '../engine/protobuf-fields'

/** Field numbers of onnx.proto. */
const modelGraph = 7
const graphName = 2
const graphInput = 11
const graphOutput = 12
const valueName = 1

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
