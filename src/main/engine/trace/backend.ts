/** A tfjs backend whose kernels compute nothing: they append ONNX nodes to the graph that is being traced. */
import { EngineError, shapeText } from '../errors'
import { kernels, type Kernel } from '../kernels/registry'
import { onBackend } from '../on-backend'
import { tf } from '../tfjs'
import { type Emitter, hostArray } from './emitter'
import { Traced, type HostValues, type TracedType } from './traced'

export const TRACE = 'trace'

interface Entry {
  value: Traced
  references: number
}

/** tfjs hands values over as a typed array, or as bytes or strings that no traced program uses. */
type TfValues = tf.BackendValues
type DataId = object

class TraceBackend extends tf.KernelBackend {
  /** Set while a program is traced. */
  emitter: Emitter | undefined
  private readonly entries = new Map<DataId, Entry>()

  override write(values: TfValues, shape: number[], dtype: tf.DataType): DataId {
    return this.add(new Traced([...shape], typeOf(dtype), { host: hostArray(typeOf(dtype), values as HostValues) }))
  }

  override move(id: DataId, values: TfValues, shape: number[], dtype: tf.DataType, references: number): void {
    const value = new Traced([...shape], typeOf(dtype), { host: hostArray(typeOf(dtype), values as HostValues) })
    this.entries.set(id, { value, references })
  }

  /** Known numbers only. */
  override readSync(id: DataId): TfValues {
    const { host, shape } = this.value(id)
    if (host) return host
    throw new EngineError(
      'VALUE_READ_WHILE_TRACING',
      `the program reads the numbers of a tensor of shape ${shapeText(shape)} (dataSync, arraySync or print), which are known only when the compiled graph runs`,
    )
  }

  override async read(id: DataId): Promise<TfValues> {
    return this.readSync(id)
  }

  override numDataIds(): number {
    return this.entries.size
  }

  override refCount(id: DataId): number {
    return this.entries.get(id)?.references ?? 0
  }

  override incRef(id: DataId): void {
    const entry = this.entries.get(id)
    if (entry) entry.references++
  }

  override disposeData(id: DataId, force = false): boolean {
    const entry = this.entries.get(id)
    if (!entry) return true
    entry.references--
    if (!force && entry.references > 0) return false
    return this.entries.delete(id)
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }

  override timerAvailable(): boolean {
    return false
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override dispose(): void {
    this.entries.clear()
  }

  /** The traced value of a tensor; one that lives on another backend is fetched, and becomes a constant. */
  value(id: DataId): Traced {
    if (!this.entries.has(id)) tf.engine().moveData(this, id)
    return this.entries.get(id)!.value
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
    return result instanceof Traced ? this.info(result) : result.map((value) => this.info(value))
  }

  private info(value: Traced): tf.TensorInfo {
    return { dataId: this.add(value), shape: [...value.shape], dtype: value.type }
  }

  private add(value: Traced): DataId {
    const id = {}
    this.entries.set(id, { value, references: 1 })
    return id
  }
}

function typeOf(dtype: tf.DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new EngineError('NO_KERNEL', `tensors of type ${dtype} cannot be compiled`)
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

/** Every kernel that tfjs knows, compiled here or not. */
export function allKernelNames(): string[] {
  return Object.entries(tf)
    .filter(([name, value]) => name === value)
    .map(([name]) => name)
    .sort()
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
