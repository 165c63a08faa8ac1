/** Inputs and outputs of a graph as the tensors of the program that is traced. */
import type { Graph, Value } from '../graph'
import type { InputPorts, Tensors } from '../program'
import type { tf } from '../tfjs'
import type { Tracing } from './backend'
import type { Emitter } from './emitter'
import { Traced, type TracedType } from './traced'

export function inputTensors(graph: Graph, tracing: Tracing, ports: InputPorts, emitter?: Emitter): Tensors {
  return Object.fromEntries(
    Object.entries(ports).map(([name, { shape, type }]) => [
      name,
      inputTensor(graph, tracing, name, type ?? 'float32', shape, emitter?.port(shape)),
    ]),
  )
}

export function inputTensor(
  graph: Graph,
  tracing: Tracing,
  name: string,
  type: TracedType | 'uint8',
  shape: readonly number[],
  port: readonly (number | string)[] = shape,
): tf.Tensor {
  return tensorOf(graph, tracing, graph.input(name, type, port), type, shape)
}

/** A value of the graph as a tensor of the program; bytes as floats. */
export function tensorOf(
  graph: Graph,
  tracing: Tracing,
  value: Value,
  type: TracedType | 'uint8',
  shape: readonly number[],
): tf.Tensor {
  if (type !== 'uint8') return tracing.tensor(new Traced(shape, type, { logical: value }))
  return tracing.tensor(new Traced(shape, 'float32', { logical: graph.node('Cast', [value], { to: 1 }) }))
}

export function writeOutputs(emitter: Emitter, tracing: Tracing, tensors: Tensors, rename: (name: string) => string): void {
  for (const [name, result] of Object.entries(tensors)) {
    const value = tracing.value(result.dataId)
    const output = emitter.graph.node('Identity', [emitter.whole(value)], {}, { output: rename(name) })
    emitter.graph.output(output, value.type, emitter.port(value.shape))
  }
}
