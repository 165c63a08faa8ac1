/** Elementwise functions of two tensors and more, with broadcasting. */
import type { Value } from '../graph'
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'
import { Traced, type TracedType } from '../trace/traced'
import type { InputList, Inputs, Kernel, KernelFamily } from './kernel'

type Pair = Inputs<'a' | 'b'>

const operator =
  (op: string, type?: TracedType): Kernel =>
  (emit: Emitter, { a, b }: Pair) =>
    emit.binary(a, b, (x, y) => emit.node(op, [x, y]), type)

const composed =
  (write: (emit: Emitter, a: Value, b: Value) => Value, type?: TracedType): Kernel =>
  (emit: Emitter, { a, b }: Pair) =>
    emit.binary(a, b, (x, y) => write(emit, x, y), type)

const fullShape = (a: Traced, b: Traced) => tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape])

/** tfjs gradients add zeros and multiply by ones of full size: those cost nothing here. */
const Add = (emit: Emitter, { a, b }: Pair): Traced => {
  if (b.splat === 0) return emit.broadcast(a, fullShape(a, b))
  if (a.splat === 0) return emit.broadcast(b, fullShape(a, b))
  return emit.binary(a, b, (x, y) => emit.node('Add', [x, y]))
}
const Sub = (emit: Emitter, { a, b }: Pair): Traced =>
  b.splat === 0 ? emit.broadcast(a, fullShape(a, b)) : emit.binary(a, b, (x, y) => emit.node('Sub', [x, y]))
const Multiply = (emit: Emitter, { a, b }: Pair): Traced => {
  if (b.splat === 1) return emit.broadcast(a, fullShape(a, b))
  if (a.splat === 1) return emit.broadcast(b, fullShape(a, b))
  return emit.binary(a, b, (x, y) => emit.node('Mul', [x, y]))
}
const RealDiv = (emit: Emitter, { a, b }: Pair): Traced =>
  b.splat === 1 ? emit.broadcast(a, fullShape(a, b)) : emit.binary(a, b, (x, y) => emit.node('Div', [x, y]))

/** Division rounded down: ONNX truncates integers, so both go through floats. */
const FloorDiv = (emit: Emitter, { a, b }: Pair) =>
  emit.binary(a, b, (x, y) => {
    if (a.type !== 'int32') return emit.node('Floor', [emit.node('Div', [x, y])])
    const float = (value: Value) => emit.node('Cast', [value], { to: 11 })
    return emit.node('Cast', [emit.node('Floor', [emit.node('Div', [float(x), float(y)])])], { to: 6 })
  })

/** The remainder has the sign of the divisor, as ONNX has it for integers only. */
const Mod = (emit: Emitter, { a, b }: Pair) =>
  emit.binary(a, b, (x, y) => {
    if (a.type === 'int32') return emit.node('Mod', [x, y])
    return emit.node('Sub', [x, emit.node('Mul', [y, emit.node('Floor', [emit.node('Div', [x, y])])])])
  })

/** The angle of (b, a), in all four quadrants. */
const Atan2 = (emit: Emitter, { a, b }: Pair) =>
  emit.binary(a, b, (y, x) => {
    const less = (value: Value) => emit.node('Less', [value, emit.float(0)])
    const half = emit.node('Where', [less(y), emit.float(-Math.PI), emit.float(Math.PI)])
    const turn = emit.node('Where', [less(x), half, emit.float(0)])
    const angle = emit.node('Add', [emit.node('Atan', [emit.node('Div', [y, x])]), turn])
    const isOrigin = emit.node('And', [emit.node('Equal', [x, emit.float(0)]), emit.node('Equal', [y, emit.float(0)])])
    return emit.node('Where', [isOrigin, emit.float(0), angle])
  })

const Select = (emit: Emitter, { condition, t, e }: Inputs<'condition' | 't' | 'e'>) => {
  const missing = t.shape.length - condition.shape.length
  const test = emit.reshaped(condition, [...condition.shape, ...Array.from({ length: missing }, () => 1)])
  return new Traced(t.shape, t.type, { logical: emit.node('Where', [emit.logical(test), emit.whole(t), emit.whole(e)]) })
}

export const binary: KernelFamily = {
  Add,
  Sub,
  Multiply,
  RealDiv,
  FloorDiv,
  Mod,
  Maximum: operator('Max'),
  Minimum: operator('Min'),
  Pow: operator('Pow'),
  Equal: operator('Equal', 'bool'),
  Greater: operator('Greater', 'bool'),
  GreaterEqual: operator('GreaterOrEqual', 'bool'),
  Less: operator('Less', 'bool'),
  LessEqual: operator('LessOrEqual', 'bool'),
  LogicalAnd: operator('And', 'bool'),
  LogicalOr: operator('Or', 'bool'),
  LogicalXor: operator('Xor', 'bool'),
  Atan2,
  NotEqual: composed((emit, a, b) => emit.node('Not', [emit.node('Equal', [a, b])]), 'bool'),
  SquaredDifference: composed((emit, a, b) => {
    const difference = emit.node('Sub', [a, b])
    return emit.node('Mul', [difference, difference])
  }),
  AddN: (emit: Emitter, tensors: InputList) => Object.values(tensors).reduce((a, b) => Add(emit, { a, b })),
  Prelu: (emit: Emitter, { x, alpha }: Inputs<'x' | 'alpha'>) =>
    emit.binary(x, alpha, (value, slope) => {
      const negative = emit.node('Mul', [slope, value])
      return emit.node('Where', [emit.node('Less', [value, emit.float(0)]), negative, value])
    }),
  /** dy where y ≥ 0, else dy · (y + 1). */
  EluGrad: (emit: Emitter, { dy, y }: Inputs<'dy' | 'y'>) =>
    emit.binary(dy, y, (d, value) => {
      const negative = emit.node('Mul', [d, emit.node('Add', [value, emit.float(1)])])
      return emit.node('Where', [emit.node('GreaterOrEqual', [value, emit.float(0)]), d, negative])
    }),
  Select,
}
