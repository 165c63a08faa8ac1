/**
 * The tracer's eager mode: a tfjs backend on which each operation is a graph of its own, compiled once per kernel, attributes and shapes.
 * Slow, but every program runs on it, tfjs' own tests among them. Numbers are read asynchronously.
 */
import { EngineError } from '../errors'
import { Graph } from '../graph'
import { kernels, type Kernel } from '../kernels/registry'
import { Session } from '../session'
import { tensor, type Tensor } from '../tensor'
import { tf } from '../tfjs'
import { allKernelNames, CountedBackend, type DataId } from './counted-backend'
import { Emitter, hostArray } from './emitter'
import { Traced, type HostValues, type TracedType } from './traced'

export const OPERATIONS = 'operations'

interface Held {
  tensor: Promise<Tensor>
  type: TracedType
  shape: readonly number[]
}
interface Operation {
  session: Promise<Session>
  outputs: readonly { shape: number[]; type: TracedType }[]
  /** The kernel answers a list, be it of one. */
  isList: boolean
}

class OperationBackend extends CountedBackend<Held> {
  private readonly operations = new Map<string, Operation>()

  protected override made(values: tf.BackendValues, shape: number[], type: TracedType): Held {
    return { tensor: Promise.resolve(tensor(type, shape, hostArray(type, values as HostValues))), type, shape }
  }

  override async read(id: DataId): Promise<tf.BackendValues> {
    return (await this.value(id).tensor).data as Float32Array
  }

  override readSync(): never {
    throw new EngineError('VALUE_READ_WHILE_TRACING', 'operations that are compiled one by one answer asynchronously: use data()')
  }

  /** A session stays when the values are gone: the next program uses the same operations. */
  run(name: string, kernel: Kernel, inputs: tf.NamedTensorInfoMap, attributes: unknown): tf.TensorInfo | tf.TensorInfo[] {
    const given = Object.entries(inputs).flatMap(([key, info]) => (info ? [[key, this.value(info.dataId)] as const] : []))
    const ports = given.map(([key, { type }]) => ({ key, type, shape: inputs[key]!.shape }))
    const id = JSON.stringify([name, attributes, ports], (_, value: unknown) =>
      typeof value === 'number' ? String(value) : value,
    )
    let operation = this.operations.get(id)
    if (!operation) this.operations.set(id, (operation = compiled(kernel, ports, attributes)))
    const values = given.map(([key, held]) => [key, held.tensor, inputs[key]!.shape] as const)
    const results = execute(operation, values)
    results.catch(() => undefined) // whoever reads a result learns of it
    const infos = operation.outputs.map(({ shape, type }, at) => {
      const own = results.then((all) => all[at]!)
      own.catch(() => undefined)
      return { dataId: this.add({ tensor: own, type, shape }), shape, dtype: type }
    })
    return operation.isList ? infos : infos[0]!
  }
}

type Ports = readonly { key: string; type: TracedType; shape: readonly number[] }[]

function compiled(kernel: Kernel, ports: Ports, attributes: unknown): Operation {
  const graph = new Graph('operation')
  const emitter = new Emitter(graph, { portable: false })
  const inputs = Object.fromEntries(
    ports.map(({ key, type, shape }) => [key, new Traced(shape, type, { logical: graph.input(`in/${key}`, type, shape) })]),
  )
  const answer = kernel(emitter, inputs as never, (attributes ?? {}) as never)
  const outputs = [answer].flat().map((result, at) => {
    const name = graph.node('Identity', [emitter.whole(result)], {}, { output: `out/${at}` })
    graph.output(name, result.type, result.shape)
    return { shape: [...result.shape], type: result.type }
  })
  const session = Session.create(graph.model(), { threads: 1, optimization: 'basic' })
  session.catch(() => undefined)
  return { session, outputs, isList: Array.isArray(answer) }
}

async function execute(
  { session, outputs }: Operation,
  given: readonly (readonly [string, Promise<Tensor>, readonly number[]])[],
): Promise<Tensor[]> {
  const feeds: Record<string, Tensor> = {}
  for (const [key, value, shape] of given) feeds[`in/${key}`] = { ...(await value), shape }
  const running = await session
  const used = Object.fromEntries(running.inputs.map((name) => [name, feeds[name]!]))
  const results = await running.run(used)
  return outputs.map((_, at) => results[`out/${at}`]!)
}

/** Registers the backend under the name `OPERATIONS`, after the others. */
export function registerOperations(): void {
  const backend = new OperationBackend()
  tf.registerBackend(OPERATIONS, () => backend, 0)
  const known = new Set(allKernelNames())
  for (const [kernelName, kernel] of kernels) {
    if (!known.has(kernelName)) continue // the engine's own serve layers
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) => backend.run(kernelName, kernel, inputs, attrs)
    tf.registerKernel({ kernelName, backendName: OPERATIONS, kernelFunc })
  }
}
