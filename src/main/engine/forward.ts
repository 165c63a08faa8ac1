/** Compiles forward functions: for inference here, or as a standalone .onnx file. */
import { checkInputs } from './checks'
import { Graph } from './graph'
import type { Forward, InputPorts, Values } from './program'
import { isForGpu, Session, type SessionOptions } from './session'
import type { Tensor } from './tensor'
import type { tf } from './tfjs'
import { trace } from './trace/backend'
import { Emitter } from './trace/emitter'
import { inputTensors, writeOutputs } from './trace/ports'
import { Traced, type HostValues, type TracedType } from './trace/traced'

export interface ForwardOptions {
  /** Weights and running statistics; they become part of the graph. */
  variables: Values
  inputs: InputPorts
  session?: SessionOptions
  /** Standard operators only; left out: where the session is for a GPU. */
  portable?: boolean
}

/** Compiled inference. Whoever compiles it disposes it. */
export class CompiledForward {
  private readonly session: Session
  private readonly inputs: InputPorts

  constructor(session: Session, inputs: InputPorts) {
    this.session = session
    this.inputs = inputs
  }

  /** @throws EngineError SHAPE_CHANGED */
  async run(inputs: Values): Promise<Record<string, Tensor>> {
    checkInputs(inputs, this.inputs)
    return this.session.run(inputs)
  }

  async dispose(): Promise<void> {
    await this.session.dispose()
  }
}

export async function compileForward(
  forward: Forward,
  { variables, inputs, session, portable = isForGpu(session) }: ForwardOptions,
): Promise<CompiledForward> {
  const model = await forwardModel(forward, { variables, inputs, portable })
  return new CompiledForward(await Session.create(model, session), inputs)
}

/** Stands for the batch while a graph for any batch size is traced: no side of a real network is a multiple of it. */
const ANY_BATCH = 10_007

export interface ExportOptions {
  variables: Values
  /** Without their first axis, which becomes a batch of any size. */
  inputs: InputPorts
  metadata?: Readonly<Record<string, string>>
  description?: string
  /** Of the names within, so that the graph can stand beside others. */
  prefix?: string
}

/** A forward function as the bytes of a .onnx file: standard operators of opset 17 only, its variables within, any batch size. */
export async function exportForward(forward: Forward, options: ExportOptions): Promise<Uint8Array> {
  const { variables, metadata, description, prefix } = options
  const inputs = Object.fromEntries(
    Object.entries(options.inputs).map(([name, port]) => [name, { ...port, shape: [ANY_BATCH, ...port.shape] }]),
  )
  return forwardModel(forward, { variables, inputs, portable: true, anyBatch: ANY_BATCH, metadata, description, prefix })
}

interface ForwardModelOptions extends Omit<ForwardOptions, 'session' | 'portable'> {
  portable: boolean
  anyBatch?: number
  metadata?: Readonly<Record<string, string>> | undefined
  description?: string | undefined
  prefix?: string | undefined
}

async function forwardModel(forward: Forward, options: ForwardModelOptions): Promise<Uint8Array> {
  const { variables, inputs, portable, anyBatch, metadata, description, prefix } = options
  const graph = new Graph('forward', prefix)
  const emitter = new Emitter(graph, { portable, anyBatch })
  await trace(emitter, (tracing) => {
    const constants: Record<string, tf.Tensor> = {}
    for (const [name, { type, shape, data }] of Object.entries(variables)) {
      constants[name] = tracing.tensor(new Traced(shape, type as TracedType, { host: data as HostValues }))
    }
    writeOutputs(emitter, tracing, forward(constants, inputTensors(graph, tracing, inputs, emitter)), (name) => name)
  })
  return graph.prune().model({ ...(metadata && { metadata }), ...(description && { description }) })
}
