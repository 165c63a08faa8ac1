/** For tests of kernels: what their cases are made of, and the one check of each. */
import { describe, expect, it } from 'vitest'
import { tensor } from '../tensor'
import { tf } from '../tfjs'
import { type Case, disagreement } from './agreement'

export const int32 = (shape: number[], ...values: number[]) => tensor('int32', shape, Int32Array.from(values))
export const positive = (x: tf.Tensor) => tf.add(tf.abs(x), 0.5)
export const inside = (x: tf.Tensor) => tf.mul(tf.tanh(x), 0.9)
export const bool = (x: tf.Tensor) => tf.greater(x, 0)
export const image = (...shape: [number, number, number, number]) => shape
/** Without gradients. */
export const flat = { differentiable: [] }

export function itAgrees(family: string, cases: readonly Case[]): void {
  describe(family, () => {
    it.each(cases)('$name', async (each) => {
      const { backend, differences } = await disagreement(each)
      expect(backend).toBeLessThan(2e-5)
      expect(differences).toBeLessThan(2e-2)
    })
  })
}
