/** Sums, extremes, softmax, running sums and ranks along axes. */
import type { Value } from '../graph'
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { Inputs, Kernel, KernelFamily } from './kernel'

/** `Max` calls its axes `reductionIndices`. */
type Reduction = { axis?: number | number[]; reductionIndices?: number | number[]; keepDims?: boolean }

function sortedAxes(axis: number | number[] | undefined, shape: readonly number[]): number[] {
  const all = shape.map((_, at) => at)
  return tf.util.parseAxisParam(axis ?? all, [...shape]).sort((a, b) => a - b)
}

const reduction =
  (op: string): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>, { axis, reductionIndices, keepDims }: Reduction) =>
    emit.reduce(x, sortedAxes(axis ?? reductionIndices, x.shape), keepDims ?? false, op)

/** ONNX reduces no booleans: through integers and back. */
const logical =
  (op: string): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>, { axis, keepDims }: Reduction) => {
    const integers = emit.unary(x, (value) => emit.node('Cast', [value], { to: 6 }), 'int32')
    const reduced = emit.reduce(integers, sortedAxes(axis, x.shape), keepDims ?? false, op)
    return emit.unary(reduced, (value) => emit.node('Cast', [value], { to: 9 }), 'bool')
  }

const position =
  (op: string): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>, { axis }: { axis: number }) => {
    const [along] = sortedAxes(axis, x.shape) as [number]
    const ordered = x.type === 'bool' ? emit.unary(x, (value) => emit.node('Cast', [value], { to: 6 }), 'int32') : x
    const found = emit.node(op, [emit.whole(ordered)], { axis: along, keepdims: 0 })
    const shape = x.shape.filter((_, at) => at !== along)
    return new Traced(shape, 'int32', { logical: emit.node('Cast', [found], { to: 6 }) })
  }

const along =
  (op: string): Kernel =>
  (emit: Emitter, { logits }: Inputs<'logits'>, { dim, axis }: { dim?: number; axis?: number }) =>
    new Traced(logits.shape, 'float32', { logical: emit.node(op, [emit.whole(logits)], { axis: dim ?? axis ?? -1 }) })

type Cumulative = { axis: number; exclusive: boolean; reverse: boolean }

const Cumsum = (emit: Emitter, { x }: Inputs<'x'>, { axis, exclusive, reverse }: Cumulative) => {
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) }
  const summed = emit.node('CumSum', [emit.whole(x), emit.scalar('int32', axis)], attributes)
  return new Traced(x.shape, x.type, { logical: summed })
}

/** Products of ever longer runs: each round doubles their length. */
const Cumprod = (emit: Emitter, { x }: Inputs<'x'>, { axis, exclusive, reverse }: Cumulative) => {
  const side = x.shape[axis]!
  const moved = (value: Value, by: number) => {
    const kept = reverse ? [by, side] : [0, side - by]
    const pads = x.shape.map((_, at) => (at === axis ? by : 0))
    const none = pads.map(() => 0)
    const rest = emit.slice(value, [kept[0]!], [kept[1]!], [axis])
    return emit.node('Pad', [rest, emit.ints(reverse ? [...none, ...pads] : [...pads, ...none]), emit.scalar(x.type, 1)])
  }
  let logical = exclusive ? moved(emit.whole(x), 1) : emit.whole(x)
  for (let by = 1; by < side; by *= 2) logical = emit.node('Mul', [logical, moved(logical, by)])
  return new Traced(x.shape, x.type, { logical })
}

const TopK = (emit: Emitter, { x }: Inputs<'x'>, { k, sorted }: { k: number; sorted: boolean }) => {
  const attributes = { axis: -1, largest: 1, sorted: Number(sorted) }
  const [values, indices] = emit.nodes('TopK', [emit.whole(x), emit.ints([k])], 2, attributes) as [string, string]
  const shape = [...x.shape.slice(0, -1), k]
  return [
    new Traced(shape, x.type, { logical: values }),
    new Traced(shape, 'int32', { logical: emit.node('Cast', [indices], { to: 6 }) }),
  ]
}

export const reductions: KernelFamily = {
  Sum: reduction('ReduceSum'),
  Mean: (emit: Emitter, { x }: Inputs<'x'>, { axis, keepDims }: Reduction) =>
    emit.reduce(emit.asFloat(x), sortedAxes(axis, x.shape), keepDims ?? false, 'ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  All: logical('ReduceMin'),
  Any: logical('ReduceMax'),
  ArgMax: position('ArgMax'),
  ArgMin: position('ArgMin'),
  Softmax: along('Softmax'),
  LogSoftmax: along('LogSoftmax'),
  Cumsum,
  Cumprod,
  TopK,
}
