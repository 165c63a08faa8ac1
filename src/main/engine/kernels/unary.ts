/** Elementwise functions of one tensor. */
import type { Value } from '../graph'
import type { Emitter } from '../trace/emitter'
import { hostArray } from '../trace/emitter'
import type { TracedType } from '../trace/traced'
import type { Inputs, Kernel, KernelFamily } from './kernel'

const typeNumbers: Record<TracedType, number> = { float32: 1, int32: 6, bool: 9 }

const operator =
  (op: string): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>) =>
    emit.unary(x, (value) => emit.node(op, [value]))

/** Written with several operators. */
const composed =
  (write: (emit: Emitter, x: Value, type: TracedType) => Value, type?: TracedType): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>) =>
    emit.unary(x, (value) => write(emit, value, x.type), type)

const cast = (emit: Emitter, value: Value, type: TracedType) => emit.node('Cast', [value], { to: typeNumbers[type] })

const Cast = (emit: Emitter, { x }: Inputs<'x'>, { dtype }: { dtype: TracedType }) => {
  if (x.type === dtype) return emit.alias(x)
  if (x.host && !x.logical) {
    const convert = dtype === 'bool' ? (value: number) => Number(value !== 0) : dtype === 'int32' ? Math.trunc : Number
    return emit.host(hostArray(dtype, Array.from(x.host, convert)), x.shape, dtype)
  }
  return emit.unary(x, (value) => cast(emit, value, dtype), dtype)
}

export const unary: KernelFamily = {
  Abs: operator('Abs'),
  Acos: operator('Acos'),
  Acosh: operator('Acosh'),
  Asin: operator('Asin'),
  Asinh: operator('Asinh'),
  Atan: operator('Atan'),
  Atanh: operator('Atanh'),
  Ceil: operator('Ceil'),
  Cos: operator('Cos'),
  Cosh: operator('Cosh'),
  Erf: operator('Erf'),
  Exp: operator('Exp'),
  Floor: operator('Floor'),
  Log: operator('Log'),
  LogicalNot: operator('Not'),
  Neg: operator('Neg'),
  Reciprocal: operator('Reciprocal'),
  Relu: operator('Relu'),
  Round: operator('Round'),
  Sigmoid: operator('Sigmoid'),
  Sign: operator('Sign'),
  Sin: operator('Sin'),
  Sinh: operator('Sinh'),
  Softplus: operator('Softplus'),
  Sqrt: operator('Sqrt'),
  Tan: operator('Tan'),
  Tanh: operator('Tanh'),
  Cast,
  Elu: operator('Elu'),
  Expm1: composed((emit, x) => emit.node('Sub', [emit.node('Exp', [x]), emit.float(1)])),
  IsFinite: composed(
    (emit, x) => emit.node('Not', [emit.node('Or', [emit.node('IsNaN', [x]), emit.node('IsInf', [x])])]),
    'bool',
  ),
  IsInf: composed((emit, x) => emit.node('IsInf', [x]), 'bool'),
  IsNan: composed((emit, x) => emit.node('IsNaN', [x]), 'bool'),
  Log1p: composed((emit, x) => emit.node('Log', [emit.node('Add', [x, emit.float(1)])])),
  Relu6: composed((emit, x) => emit.node('Clip', [x, emit.float(0), emit.float(6)])),
  Rsqrt: composed((emit, x) => emit.node('Reciprocal', [emit.node('Sqrt', [x])])),
  Selu: composed((emit, x) => emit.node('Selu', [x])),
  Square: composed((emit, x) => emit.node('Mul', [x, x])),

  ClipByValue: (emit: Emitter, { x }: Inputs<'x'>, range: { clipValueMin: number; clipValueMax: number }) =>
    emit.unary(x, (value) =>
      emit.node('Clip', [value, emit.scalar(x.type, range.clipValueMin), emit.scalar(x.type, range.clipValueMax)]),
    ),
  LeakyRelu: (emit: Emitter, { x }: Inputs<'x'>, { alpha }: { alpha: number }) =>
    emit.unary(x, (value) => emit.node('LeakyRelu', [value], { alpha: { float: alpha } })),
  /** 1 where x > 0, else `alpha`. */
  Step: (emit: Emitter, { x }: Inputs<'x'>, { alpha }: { alpha?: number }) =>
    emit.unary(x, (value) => {
      const positive = emit.node('Greater', [value, emit.scalar(x.type, 0)])
      return alpha
        ? emit.node('Where', [positive, emit.scalar(x.type, 1), emit.scalar(x.type, alpha)])
        : cast(emit, positive, x.type)
    }),
}
