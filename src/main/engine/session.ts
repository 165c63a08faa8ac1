/** Runs ONNX graphs on onnxruntime-node: the only file that knows the runtime. */
import ort from 'onnxruntime-node'
import type { DataType, Tensor, TensorArrays } from './tensor'

// What fails is thrown as well; providers whose libraries are not there would fill the terminal while they are tried.
ort.env.logLevel = 'fatal'

export interface SessionOptions {
  /** Threads within an operator; the runtime's choice (one for each physical core) when left out. */
  threads?: number
  /** Execution providers in order of preference; `['cpu']` when left out. */
  providers?: readonly string[]
  optimization?: 'disabled' | 'basic' | 'extended' | 'all'
}

/**
 * A compiled graph. Not for main: `run` blocks the event loop while it computes.
 * Whoever creates a session disposes it.
 */
export class Session {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  /** Rows of the first input where the graph is made for so many; null: any. */
  readonly rows: number | null
  private inner: ort.InferenceSession | undefined

  private constructor(inner: ort.InferenceSession) {
    this.inner = inner
    this.inputs = inner.inputNames
    this.outputs = inner.outputNames
    const [first] = inner.inputMetadata
    const side = first?.isTensor ? first.shape[0] : undefined
    this.rows = typeof side === 'number' && side > 0 ? side : null
  }

  /** @param model the bytes of a model, or the path of a .onnx file */
  static async create(model: Uint8Array | string, options: SessionOptions = {}): Promise<Session> {
    const settings: ort.InferenceSession.SessionOptions = {
      executionProviders: [...(options.providers ?? ['cpu'])],
      graphOptimizationLevel: options.optimization ?? 'all',
      logSeverityLevel: 3,
      ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads }),
    }
    const inner =
      typeof model === 'string'
        ? await ort.InferenceSession.create(model, settings)
        : await ort.InferenceSession.create(model, settings)
    return new Session(inner)
  }

  /** Answers every output by name, or only those in `fetches`. */
  async run(feeds: Readonly<Record<string, Tensor>>, fetches?: readonly string[]): Promise<Record<string, Tensor>> {
    if (!this.inner) throw new Error('session used after dispose')
    const inputs = toRuntime(feeds)
    const results = await (fetches ? this.inner.run(inputs, [...fetches]) : this.inner.run(inputs))
    return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, fromRuntime(result)]))
  }

  /** Runs a graph with one output of type float32 and answers its values. */
  async values(feeds: Readonly<Record<string, Tensor>>, output = this.outputs[0]!): Promise<Float32Array> {
    const result = (await this.run(feeds, [output]))[output]!
    if (result.type !== 'float32') throw new Error(`output ${output} is ${result.type}, not float32`)
    return result.data as Float32Array
  }

  async dispose(): Promise<void> {
    const inner = this.inner
    this.inner = undefined
    await inner?.release()
  }
}

function toRuntime(tensors: Readonly<Record<string, Tensor>>): Record<string, ort.Tensor> {
  const made: Record<string, ort.Tensor> = {}
  for (const [name, { type, shape, data }] of Object.entries(tensors)) {
    made[name] = new ort.Tensor(type, data as never, shape)
  }
  return made
}

function fromRuntime(value: ort.OnnxValue): Tensor {
  const result = value
  return { type: result.type as DataType, shape: result.dims, data: result.data as TensorArrays[DataType] }
}

/** Makes a session for the duration of `use`. */
export async function withSession<T>(
  model: Uint8Array | string,
  options: SessionOptions,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await Session.create(model, options)
  try {
    return await use(session)
  } finally {
    await session.dispose()
  }
}

/** Execution providers that the runtime's package brings on this platform, `cpu` among them. */
export function supportedProviders(): string[] {
  return ort.listSupportedBackends().map(({ name }) => name)
}

/** GPU providers run standard operators; what they lack would go back to the CPU in between. */
export function isForGpu(session: SessionOptions | undefined): boolean {
  return session?.providers?.some((provider) => provider !== 'cpu') ?? false
}
