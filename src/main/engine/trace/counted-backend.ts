/** A tfjs backend as far as it keeps values: what stands for a tensor, and how many tensors share it. */
import { EngineError } from '../errors'
import { tf } from '../tfjs'
import type { TracedType } from './traced'

/** Identity only: tfjs looks values up by it. */
export type DataId = object

interface Entry<V> {
  value: V
  references: number
}

/** `V` stands for the numbers of a tensor; subclasses make it of given numbers and read it back. */
export abstract class CountedBackend<V> extends tf.KernelBackend {
  private readonly entries = new Map<DataId, Entry<V>>()

  protected abstract made(values: tf.BackendValues, shape: number[], type: TracedType): V

  override write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): DataId {
    return this.add(this.made(values, shape, typeOf(dtype)))
  }

  override move(id: DataId, values: tf.BackendValues, shape: number[], dtype: tf.DataType, references: number): void {
    this.entries.set(id, { value: this.made(values, shape, typeOf(dtype)), references })
  }

  /** What stands for a tensor; one that lives on another backend is fetched. */
  value(id: DataId): V {
    if (!this.entries.has(id)) tf.engine().moveData(this, id)
    return this.entries.get(id)!.value
  }

  protected add(value: V): DataId {
    const id = {}
    this.entries.set(id, { value, references: 1 })
    return id
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
}

function typeOf(dtype: tf.DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new EngineError('NO_KERNEL', `tensors of type ${dtype} cannot be compiled`)
}

/** Every kernel that tfjs knows, compiled here or not. */
export function allKernelNames(): string[] {
  return Object.entries(tf)
    .filter(([name, value]) => name === value)
    .map(([name]) => name)
    .sort()
}
