/** For tests: formulas in plain arithmetic, and tensors made of them. */
import '@tensorflow/tfjs-backend-cpu'
import { random } from '../../engine/random'
import { tf } from '../../engine/tfjs'

export type Rows = number[][]

export function drawnRows(seed: number, rows: number, columns: number): Rows {
  const draws = random(seed)
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => draws.normal()))
}

export const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
export const mean = (values: number[]) => sum(values) / values.length
export const dot = (a: number[], b: number[]) => sum(a.map((value, at) => value * b[at]!))
export const unit = (a: number[]) => a.map((value) => value / Math.sqrt(dot(a, a)))
export const softmax = (a: number[]) => a.map((value) => Math.exp(value) / sum(a.map(Math.exp)))
export const softplus = (x: number) => Math.log(1 + Math.exp(x))

/** The value of a scalar on the reference backend. */
export async function valueOf(of: () => tf.Tensor): Promise<number> {
  await tf.setBackend('cpu')
  return tf.tidy(() => of().dataSync()[0]!)
}
