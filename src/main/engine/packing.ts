/** Small variables travel in and out of a step as one tensor: a hundred tensors cost twice what one of their size does. */
import type { Tensors, Values } from './program'
import { float32, type Tensor } from './tensor'
import { tf } from './tfjs'

const PACKED = 'packed'
/** Elements from which a variable travels alone. */
const LARGE = 1 << 14

export class Packing {
  /** Name and shape of each packed variable, in order. */
  private readonly small: readonly { name: string; shape: readonly number[]; size: number }[]

  constructor(variables: Values) {
    this.small = Object.entries(variables)
      .filter(([, { type, data }]) => type === 'float32' && data.length < LARGE)
      .map(([name, { shape, data }]) => ({ name, shape, size: data.length }))
  }

  /** Copies; the caller's arrays stay its own. */
  pack(variables: Values): Record<string, Tensor> {
    const packed = new Float32Array(this.small.reduce((sum, { size }) => sum + size, 0))
    let at = 0
    for (const { name, size } of this.small) {
      packed.set(variables[name]!.data as Float32Array, at)
      at += size
    }
    const others = without(variables, new Set(this.small.map(({ name }) => name)))
    return { ...copyOf(others), ...(at > 0 && { [PACKED]: float32([at], packed) }) }
  }

  /** Views of the same memory. */
  unpack(state: Values): Record<string, Tensor> {
    const variables = without(state, new Set([PACKED]))
    const packed = state[PACKED]?.data as Float32Array | undefined
    let at = 0
    for (const { name, shape, size } of this.small) variables[name] = float32(shape, packed!.subarray(at, (at += size)))
    return variables
  }

  unpackTensors(state: Tensors): Record<string, tf.Tensor> {
    const variables = without(state, new Set([PACKED]))
    const packed = state[PACKED]
    if (!packed) return variables
    const pieces = tf.split(
      packed,
      this.small.map(({ size }) => size),
    )
    this.small.forEach(({ name, shape }, at) => (variables[name] = tf.reshape(pieces[at]!, [...shape])))
    return variables
  }

  packTensors(variables: Tensors): Record<string, tf.Tensor> {
    const { small } = this
    const others = without(variables, new Set(small.map(({ name }) => name)))
    if (small.length === 0) return others
    return { ...others, [PACKED]: tf.concat(small.map(({ name }) => tf.reshape(variables[name]!, [-1]))) }
  }
}

function copyOf(values: Values): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { ...value, data: value.data.slice() }]))
}

function without<T>(values: Readonly<Record<string, T>>, names: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)))
}
