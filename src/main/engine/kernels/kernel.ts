/** What a kernel is: the ONNX lowering of one tfjs operation. */
import type { Emitter } from '../trace/emitter'
import type { Traced } from '../trace/traced'

/** Named as the tfjs kernel; inputs and attributes are those of tfjs. */
export type Kernel = (emit: Emitter, inputs: never, attributes: never) => Traced | Traced[]
export type KernelFamily = Readonly<Record<string, Kernel>>

export type Inputs<K extends string> = Readonly<Record<K, Traced>>
/** What operations on any number of tensors get: `{ 0: …, 1: … }`. */
export type InputList = Readonly<Record<string, Traced>>
