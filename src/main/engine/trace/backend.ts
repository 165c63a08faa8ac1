/** A tfjs backend whose kernels compute nothing: they append ONNX nodes to the graph that is being traced. */
import { EngineError, shapeText } from '../errors'
import { kernels, type Kernel } from '../kernels/registry'
import { onBackend } from '../on-backend'
import { tf } from '../tfjs'
import { allKernelNames, CountedBackend, type DataId } from './counted-backend'
import { type Emitter, hostArray } from './emitter'
import { Traced, type HostValues, type TracedType } from './traced'

export const TRACE = 'trace'

class TraceBackend extends CountedBackend<Traced> {
  /** Set while a program is traced. */
  emitter: Emitter | undefined
  /** The operation that a value comes from; none of inputs and variables. */
  private readonly origins = new WeakMap<Traced, string>()

  /** Known numbers become constants. */
  protected override made(values: tf.BackendValues, shape: number[], type: TracedType): Traced {
    return new Traced([...shape], type, { host: hostArray(type, values as HostValues) })
  }

  /** Known numbers only. */
  override readSync(id: DataId): tf.BackendValues {
    const value = this.value(id)
    if (value.host) return value.host
    throw new EngineError(
      'VALUE_READ_WHILE_TRACING',
      `the program reads the numbers of ${this.origins.get(value) ?? 'an input or variable'} ${shapeText(value.shape)} (dataSync, arraySync or print), which are known only when the compiled graph runs`,
    )
  }

  override async read(id: DataId): Promise<tf.BackendValues> {
    return this.readSync(id)
  }

  /** A tensor for a value of the graph. */
  tensor(value: Traced): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.info(value))
  }

  run(name: string, kernel: Kernel, inputs: tf.NamedTensorInfoMap, attributes: unknown): tf.TensorInfo | tf.TensorInfo[] {
    if (!this.emitter) throw new Error(`${name} on the tracing backend, outside of a trace`)
    const values: Record<string, Traced> = {}
    for (const [key, tensor] of Object.entries(inputs)) if (tensor) values[key] = this.value(tensor.dataId)
    const result = kernel(this.emitter, values as never, (attributes ?? {}) as never)
    for (const value of [result].flat()) this.origins.set(value, name)
    return result instanceof Traced ? this.info(result) : result.map((value) => this.info(value))
  }

  private info(value: Traced): tf.TensorInfo {
    return { dataId: this.add(value), shape: [...value.shape], dtype: value.type }
  }
}

function register(): TraceBackend {
  const backend = new TraceBackend()
  tf.registerBackend(TRACE, () => backend, 0)
  for (const [kernelName, kernel] of kernels) {
    tf.registerKernel({
      kernelName,
      backendName: TRACE,
      kernelFunc: ({ inputs, attrs }) => backend.run(kernelName, kernel, inputs, attrs),
    })
  }
  for (const kernelName of allKernelNames()) {
    if (!kernels.has(kernelName)) {
      tf.registerKernel({ kernelName, backendName: TRACE, kernelFunc: ({ inputs }) => noKernel(kernelName, inputs) })
    }
  }
  return backend
}

function noKernel(name: string, inputs: tf.NamedTensorInfoMap): never {
  const shapes = Object.entries(inputs).map(([key, tensor]) => `${key} ${tensor ? shapeText(tensor.shape) : 'none'}`)
  throw new EngineError('NO_KERNEL', `no ONNX lowering for the operation ${name} (${shapes.join(', ')})`)
}

const backend = register()

/** Runs `program` on the tracing backend, writing to `emitter`. */
export function trace<T>(emitter: Emitter, program: (backend: Tracing) => T): Promise<T> {
  return onBackend(TRACE, () => {
    backend.emitter = emitter
    try {
      return tf.tidy(() => program(backend) as tf.TensorContainer) as T
    } finally {
      backend.emitter = undefined
    }
  })
}

export type Tracing = Pick<TraceBackend, 'tensor' | 'value' | 'numDataIds'>
