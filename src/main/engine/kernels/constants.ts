/** Tensors whose numbers are known while tracing. */
import { type Emitter, filled, hostArray } from '../trace/emitter'
import type { TracedType } from '../trace/traced'
import type { Inputs, KernelFamily } from './kernel'

type Fill = { shape: number[]; value: number; dtype?: TracedType }
type Range = { start: number; stop: number; step: number; dtype: TracedType }

const Range = (emit: Emitter, _: object, { start, stop, step, dtype }: Range) => {
  // tfjs counts down by itself when no step is given.
  const by = stop < start && step === 1 ? -1 : step
  const length = Math.max(0, Math.ceil((stop - start) / by))
  const values = Array.from({ length }, (_, at) => start + at * by)
  return emit.host(hostArray(dtype, values), [length], dtype)
}

const LinSpace = (emit: Emitter, _: object, { start, stop, num }: { start: number; stop: number; num: number }) => {
  const values = Array.from({ length: num }, (_, at) => (num === 1 ? start : start + (at * (stop - start)) / (num - 1)))
  return emit.host(hostArray('float32', values), [num], 'float32')
}

export const constants: KernelFamily = {
  ZerosLike: (_: Emitter, { x }: Inputs<'x'>) => filled(x.type, x.shape, 0),
  OnesLike: (_: Emitter, { x }: Inputs<'x'>) => filled(x.type, x.shape, 1),
  Fill: (_: Emitter, _inputs: object, { shape, value, dtype }: Fill) => filled(dtype ?? 'float32', shape, value),
  Range,
  LinSpace,
}
