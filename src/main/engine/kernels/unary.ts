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

/** Functions whose values are fractions: of integers too. */
const fractional =
  (op: string): Kernel =>
  (emit: Emitter, { x }: Inputs<'x'>) =>
    emit.unary(emit.asFloat(x), (value) => emit.node(op, [value]))

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
  Acos: fractional('Acos'),
  Acosh: fractional('Acosh'),
  Asin: fractional('Asin'),
  Asinh: fractional('Asinh'),
  Atan: fractional('Atan'),
  Atanh: fractional('Atanh'),
  Ceil: operator('Ceil'),
  Cos: fractional('Cos'),
  Cosh: fractional('Cosh'),
  Erf: fractional('Erf'),
  Exp: fractional('Exp'),
  Floor: operator('Floor'),
  Log: fractional('Log'),
  LogicalNot: operator('Not'),
  Neg: operator('Neg'),
  Reciprocal: fractional('Reciprocal'),
  Relu: operator('Relu'),
  Round: (emit: Emitter, { x }: Inputs<'x'>) =>
    x.type === 'float32' ? emit.unary(x, (value) => emit.node('Round', [value])) : emit.alias(x),
  Sigmoid: fractional('Sigmoid'),
  Sign: operator('Sign'),
  Sin: fractional('Sin'),
  Sinh: fractional('Sinh'),
  Softplus: fractional('Softplus'),
  Sqrt: fractional('Sqrt'),
  Tan: fractional('Tan'),
  Tanh: fractional('Tanh'),
  Cast,
  Elu: fractional('Elu'),
  Expm1: composed((emit, x) => emit.node('Sub', [emit.node('Exp', [x]), emit.float(1)])),
  IsFinite: composed(
    (emit, x) => emit.node('Not', [emit.node('Or', [emit.node('IsNaN', [x]), emit.node('IsInf', [x])])]),
    'bool',
  ),
  IsInf: composed((emit, x) => emit.node('IsInf', [x]), 'bool'),
  IsNan: composed((emit, x) => emit.node('IsNaN', [x]), 'bool'),
  Log1p: composed((emit, x) => emit.node('Log', [emit.node('Add', [x, emit.float(1)])])),
  Relu6: (emit: Emitter, { x }: Inputs<'x'>) =>
    emit.unary(x, (value) => emit.node('Clip', [value, emit.scalar(x.type, 0), emit.scalar(x.type, 6)])),
  Rsqrt: composed((emit, x) => emit.node('Reciprocal', [emit.node('Sqrt', [x])])),
  Selu: composed((emit, x) => emit.node('Selu', [x])),
  Square: composed((emit, x) => emit.node('Mul', [x, x])),

  ClipByValue: (emit: Emitter, { x }: Inputs<'x'>, range: { clipValueMin: number; clipValueMax: number }) =>
    emit.unary(x, (value) =>
      emit.node('Clip', [value, emit.scalar(x.type, range.clipValueMin), emit.scalar(x.type, range.clipValueMax)]),
    ),
  LeakyRelu: (emit: Emitter, { x }: Inputs<'x'>, { alpha }: { alpha: number }) =>
    emit.unary(emit.asFloat(x), (value) => emit.node('LeakyRelu', [value], { alpha: { float: alpha } })),
  /** 1 where x > 0, else `alpha`. */
  Step: (emit: Emitter, { x }: Inputs<'x'>, { alpha }: { alpha?: number }) =>
    emit.unary(x, (value) => {
      // One operator for two; of x > 0 it knows all but those too small for full precision. GPUs need not bear that its product overflows.
      if (!alpha && x.type === 'float32' && !emit.portable) {
        return emit.node('HardSigmoid', [value], { alpha: { float: 3e38 }, beta: { float: 0 } })
      }
      const positive = emit.node('Greater', [value, emit.scalar(x.type, 0)])
      return alpha
        ? emit.node('Where', [positive, emit.scalar(x.type, 1), emit.scalar(x.type, alpha)])
        : cast(emit, positive, x.type)
    }),
}
