/** Matrix products. */
import { shapeText } from '../errors'
import { tf } from '../tfjs'
import type { Emitter } from '../trace/emitter'
import { Traced } from '../trace/traced'
import type { InputList, Inputs, KernelFamily } from './kernel'

const BatchMatMul = (emit: Emitter, { a, b }: Inputs<'a' | 'b'>, attributes: { transposeA: boolean; transposeB: boolean }) => {
  const { transposeA, transposeB } = attributes
  const [inner, other] = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)]
  if (inner !== other)
    throw new RangeError(`no product of ${shapeText(a.shape)} and ${shapeText(b.shape)}: ${inner} is not ${other}`)
  const batch = tf.backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2))
  const shape = [...batch, a.shape.at(transposeA ? -1 : -2)!, b.shape.at(transposeB ? -2 : -1)!]
  const [x, y] = [emit.whole(a), emit.whole(b)]
  if (!transposeA && !transposeB) return new Traced(shape, a.type, { logical: emit.node('MatMul', [x, y]) })
  if (!emit.portable) {
    const flags = { transA: Number(transposeA), transB: Number(transposeB) }
    return new Traced(shape, a.type, { logical: emit.contrib('FusedMatMul', [x, y], flags) })
  }
  const swapped = (value: string, rank: number) =>
    emit.transpose(value, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2])
  const inputs = [transposeA ? swapped(x, a.shape.length) : x, transposeB ? swapped(y, b.shape.length) : y]
  return new Traced(shape, a.type, { logical: emit.node('MatMul', inputs) })
}

/** tfjs lists its tensors as 0, 1 … */
const Einsum = (emit: Emitter, tensors: InputList, { equation }: { equation: string }) => {
  const operands = Object.values(tensors)
  const [terms, result] = equation.replaceAll(' ', '').split('->') as [string, string]
  const sides = new Map<string, number>()
  terms
    .split(',')
    .forEach((term, at) => Array.from(term).forEach((letter, axis) => sides.set(letter, operands[at]!.shape[axis]!)))
  const shape = Array.from(result, (letter) => sides.get(letter)!)
  const inputs = operands.map((operand) => emit.whole(operand))
  return new Traced(shape, operands[0]!.type, { logical: emit.node('Einsum', inputs, { equation }) })
}

export const matmul: KernelFamily = { BatchMatMul, Einsum }
