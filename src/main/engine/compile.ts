/** Compiles training steps: traced once per input shape into one ONNX graph, which ONNX Runtime runs. */
import { checkChanged, checkFinite, checkInputs, checkState } from './checks'
import { EngineError } from './errors'
import { Graph } from './graph'
import { copyOf, Packing } from './packing'
import type { InputPorts, Step, TrainingStep, Values } from './program'
import { isForGpu, Session, type SessionOptions, supportedProviders } from './session'
import type { Tensor } from './tensor'
import type { tf } from './tfjs'
import { trace } from './trace/backend'
import { Emitter } from './trace/emitter'
import { inputTensor, inputTensors, writeOutputs } from './trace/ports'
import type { TracedType } from './trace/traced'

export interface CompileOptions {
  /** Weights, moments, running statistics: what a step starts from and changes. */
  variables: Values
  inputs: InputPorts
  /** Outputs of one number that have to be finite after each step; `['loss']` when left out. */
  finite?: readonly string[]
  session?: SessionOptions
}

export interface CompileFacts {
  nodes: number
  traceSeconds: number
  sessionSeconds: number
  /** The execution provider that runs the step. */
  provider: string
  /** Why it is not another one that was asked for or tried; null when there was none. */
  fallback: string | null
}

export const stateIn = (name: string) => `variable/${name}`
export const stateOut = (name: string) => `next/${name}`

/**
 * A step with its state. Whoever compiles it disposes it.
 * `run` blocks the event loop while it computes: for workers only.
 */
export class CompiledStep implements TrainingStep {
  readonly facts: CompileFacts
  private readonly session: Session
  private readonly options: CompileOptions
  private readonly packing: Packing
  private current: Record<string, Tensor>
  /** Memory that the next step writes to; it changes places with `current`. */
  private spare: Record<string, Tensor>
  private steps = 0

  constructor(session: Session, facts: CompileFacts, changed: readonly string[], packing: Packing, options: CompileOptions) {
    this.session = session
    this.facts = facts
    this.options = options
    this.packing = packing
    this.current = packing.pack(options.variables)
    this.spare = copyOf(Object.fromEntries(changed.map((name) => [name, this.current[name]!])))
  }

  /**
   * Does one step and answers its outputs.
   * @throws EngineError SHAPE_CHANGED, or NOT_FINITE: the state is then still that of before the step
   */
  async run(inputs: Values): Promise<Record<string, Tensor>> {
    checkInputs(inputs, this.options.inputs)
    const feeds = { ...inputs, ...renamed(this.current, stateIn) }
    const outputs = await this.session.runInto(feeds, renamed(this.spare, stateOut))
    this.steps++
    for (const name of this.options.finite ?? ['loss']) checkFinite(name, outputs[name], this.steps)
    const before = Object.fromEntries(Object.keys(this.spare).map((name) => [name, this.current[name]!]))
    this.current = { ...this.current, ...this.spare }
    this.spare = before
    return outputs
  }

  /** A copy of the state. */
  variables(): Record<string, Tensor> {
    return copyOf(this.variablesInPlace())
  }

  /** The state itself, to be read before the next step, which overwrites it. */
  variablesInPlace(): Record<string, Tensor> {
    return this.packing.unpack(this.current)
  }

  /** Goes on from another state of the same variables. */
  load(variables: Values): void {
    checkState(variables, this.options.variables)
    this.current = this.packing.pack(variables)
  }

  async dispose(): Promise<void> {
    await this.session.dispose()
  }
}

/**
 * Traces a training step and makes a session of it; on the CPU where the wished execution provider cannot run it, as its facts say.
 * @throws EngineError NO_KERNEL, VALUE_READ_WHILE_TRACING, or SHAPE_CHANGED where a variable comes out otherwise than it went in
 */
export async function compile(step: Step, options: CompileOptions): Promise<CompiledStep> {
  const provider = options.session?.providers?.[0] ?? 'cpu'
  if (provider === 'cpu') return compileFor(provider, null, step, options)
  try {
    // The runtime itself passes over a name that it does not know.
    if (!supportedProviders().includes(provider)) throw new Error('it is not part of this build')
    return await compileFor(provider, null, step, options)
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    const fallback = `${provider} does not run this step: ${cause instanceof Error ? cause.message : String(cause)}`
    return compileFor('cpu', fallback, step, { ...options, session: { ...options.session, providers: ['cpu'] } })
  }
}

async function compileFor(provider: string, fallback: string | null, step: Step, options: CompileOptions): Promise<CompiledStep> {
  const began = performance.now()
  const { model, nodes, changed, packing } = await traceStep(step, options)
  const traced = performance.now()
  // The level above reorders the few pools into blocks of channels and back, which costs more than it gains.
  const session = await Session.create(model, { optimization: 'extended', ...options.session })
  const facts = {
    nodes,
    traceSeconds: (traced - began) / 1000,
    sessionSeconds: (performance.now() - traced) / 1000,
    provider,
    fallback,
  }
  return new CompiledStep(session, facts, changed, packing, options)
}

export interface TracedStep {
  /** ONNX: inputs under their names and the packed state under those of `stateIn`; outputs and, under those of `stateOut`, what of it changes. */
  model: Uint8Array
  nodes: number
  /** Of the packed state. */
  changed: string[]
  packing: Packing
}

export async function traceStep(step: Step, options: CompileOptions): Promise<TracedStep> {
  const graph = new Graph('step')
  const emitter = new Emitter(graph, { portable: isForGpu(options.session) })
  const packing = new Packing(options.variables)
  const changed = await trace(emitter, (tracing) => {
    const variables: Record<string, tf.Tensor> = {}
    for (const [name, { type, shape }] of Object.entries(packing.pack(options.variables))) {
      variables[name] = inputTensor(graph, tracing, stateIn(name), type as TracedType, shape)
    }
    const unpacked = packing.unpackTensors(variables)
    const results = step(unpacked, inputTensors(graph, tracing, options.inputs))
    checkChanged(results.variables, options.variables)
    writeOutputs(emitter, tracing, results.outputs, (name) => name)
    const next = packing.packTensors({ ...unpacked, ...results.variables }, Object.keys(results.variables))
    writeOutputs(emitter, tracing, next, stateOut)
    return Object.keys(next)
  })
  const model = graph.prune().model()
  return { model, nodes: graph.nodes.length, changed, packing }
}

export function renamed(values: Values, rename: (name: string) => string): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]))
}
