/** Compiles training steps: traced once per input shape into one ONNX graph, which ONNX Runtime runs. */
import { checkChanged, checkFinite, checkInputs, checkState } from './checks'
import { EngineError } from './errors'
import { Graph } from './graph'
import { Packing } from './packing'
import type { InputPorts, Step, TrainingStep, Values } from './program'
import { isForGpu, Session, type SessionOptions, supportedProviders } from './session'
import { tensor, type Tensor } from './tensor'
import { trace } from './trace/backend'
import { Emitter } from './trace/emitter'
import { inputTensor, tensorOf, writeOutputs } from './trace/ports'
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
/** Input of a graph of steps, and name of the rows of all others. */
const COUNT = 'count of steps'

/**
 * A step with its state. Whoever compiles it disposes it.
 * It blocks the event loop while it computes: for workers only.
 */
export class CompiledStep implements TrainingStep {
  readonly facts: CompileFacts
  private readonly session: Session
  private readonly options: CompileOptions
  private readonly packing: Packing
  private current: Record<string, Tensor>
  private steps = 0

  constructor(session: Session, facts: CompileFacts, packing: Packing, options: CompileOptions) {
    this.session = session
    this.facts = facts
    this.options = options
    this.packing = packing
    this.current = packing.pack(options.variables)
  }

  async run(inputs: Values): Promise<Record<string, Tensor>> {
    return (await this.runMany([inputs]))[0]!
  }

  /**
   * Does a step for each of the inputs and answers their outputs. The state stays in the runtime between them: moving it costs as much as a
   * tenth of a small step.
   * @throws EngineError SHAPE_CHANGED, or NOT_FINITE: the state is then still that of before all of them
   */
  async runMany(many: readonly Values[]): Promise<Record<string, Tensor>[]> {
    for (const inputs of many) checkInputs(inputs, this.options.inputs)
    const results = await this.session.run(stepsFeeds(many, this.current))
    const state = Object.keys(this.current)
    const moved = new Set(state.map(stateOut))
    const names = Object.keys(results).filter((name) => !moved.has(name))
    const each = many.map((_, at) => Object.fromEntries(names.map((name) => [name, rowOf(results[name]!, at)])))
    each.forEach((outputs, at) => {
      for (const name of this.options.finite ?? ['loss']) checkFinite(name, outputs[name], this.steps + at + 1)
    })
    this.steps += many.length
    this.current = Object.fromEntries(state.map((name) => [name, results[stateOut(name)]!]))
    return each
  }

  /** The state as it is now; no step writes to it. */
  variables(): Record<string, Tensor> {
    return this.packing.unpack(this.current)
  }

  /** Goes on from another state of the same variables. @param steps taken before it, for messages */
  load(variables: Values, steps = 0): void {
    checkState(variables, this.options.variables)
    this.current = this.packing.pack(variables)
    this.steps = steps
  }

  async dispose(): Promise<void> {
    await this.session.dispose()
  }
}

/** What a graph of steps is fed. @param state packed */
export const stepsFeeds = (many: readonly Values[], state: Values): Record<string, Tensor> => ({
  ...Object.fromEntries(Object.keys(many[0]!).map((name) => [name, stacked(many.map((inputs) => inputs[name]!))])),
  ...Object.fromEntries(Object.entries(state).map(([name, value]) => [stateIn(name), value])),
  [COUNT]: tensor('int64', [], BigInt64Array.of(BigInt(many.length))),
})

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
  const { model, nodes, packing } = await traceStep(step, options)
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
  return new CompiledStep(session, facts, packing, options)
}

export interface TracedStep {
  /** ONNX: a loop over steps. Inputs as `stepsFeeds` makes them; the state under the names of `stateOut`, and outputs with a row for each step. */
  model: Uint8Array
  /** Of one step. */
  nodes: number
  packing: Packing
}

export async function traceStep(step: Step, options: CompileOptions): Promise<TracedStep> {
  const graph = new Graph('steps')
  const body = new Graph('step', 'step_')
  const emitter = new Emitter(body, { portable: isForGpu(options.session) })
  const packing = new Packing(options.variables)
  const state = packing.pack(options.variables)
  const names = Object.keys(state)
  const at = body.input('at', 'int64', [])
  const more = body.input('more', 'bool', [])
  const outputs = await trace(emitter, (tracing) => {
    const variables = Object.fromEntries(
      Object.entries(state).map(([name, { type, shape }]) => {
        graph.input(stateIn(name), type, shape)
        return [name, inputTensor(body, tracing, `now/${name}`, type as TracedType, shape)]
      }),
    )
    const inputs = Object.fromEntries(
      Object.entries(options.inputs).map(([name, { shape, type = 'float32' }]) => {
        const row = body.node('Gather', [graph.input(name, type, [COUNT, ...shape]), at], { axis: 0 })
        return [name, tensorOf(body, tracing, row, type, shape)]
      }),
    )
    const unpacked = packing.unpackTensors(variables)
    const results = step(unpacked, inputs)
    checkChanged(results.variables, options.variables)
    body.output(body.node('Identity', [more]), 'bool', [])
    const next = packing.packTensors({ ...unpacked, ...results.variables })
    writeOutputs(emitter, tracing, next, (name) => `after/${name}`)
    writeOutputs(emitter, tracing, results.outputs, (name) => `of step/${name}`)
    return Object.entries(results.outputs).map(([name, { dataId }]) => ({ name, value: tracing.value(dataId) }))
  })
  graph.input(COUNT, 'int64', [])
  const moved = [...names.map(stateOut), ...outputs.map(({ name }) => name)]
  graph.multiNode('Loop', [COUNT, '', ...names.map(stateIn)], moved, { body: body.prune() })
  for (const name of names) graph.output(stateOut(name), state[name]!.type, state[name]!.shape)
  for (const { name, value } of outputs) graph.output(name, value.type, [COUNT, ...value.shape])
  return { model: graph.model(), nodes: body.nodes.length, packing }
}

/** Tensors of one shape on top of each other; the memory of a single one is its own. */
function stacked(tensors: readonly Tensor[]): Tensor {
  const [first] = tensors as [Tensor, ...Tensor[]]
  const shape = [tensors.length, ...first.shape]
  if (tensors.length === 1) return { ...first, shape }
  const data = new (first.data.constructor as Float32ArrayConstructor)(tensors.length * first.data.length)
  tensors.forEach((each, at) => data.set(each.data as Float32Array, at * first.data.length))
  return { ...first, shape, data }
}

function rowOf({ shape: [rows, ...shape], data, ...rest }: Tensor, at: number): Tensor {
  const size = data.length / rows!
  return { ...rest, shape, data: data.subarray(at * size, (at + 1) * size) }
}
