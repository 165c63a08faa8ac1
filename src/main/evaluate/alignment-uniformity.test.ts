import { expect, it } from 'vitest'
import { matrix, normalizeRows } from '../engine/linear-algebra'
import { random } from '../engine/random'
import { tf } from '../engine/tfjs'
import '@tensorflow/tfjs-backend-cpu'
import { alignment, uniformity } from './alignment-uniformity'

const draws = random(4)
const unit = (rows: number, columns: number) =>
  normalizeRows(
    matrix(
      rows,
      columns,
      Float32Array.from({ length: rows * columns }, () => draws.normal()),
    ),
  )

// The authors' code (github.com/SsnL/align_uniform): (x - y).norm(dim=1).pow(2).mean() and torch.pdist(x).pow(2).mul(-2).exp().mean().log().
// Here by inner products of unit vectors: ‖x − y‖² = 2 − 2 x·y.
it('is what the inner products say', () => {
  const [x, y] = [unit(20, 6), unit(20, 6)]
  const [a, b] = [x, y].map(({ data }) => tf.tensor2d(data, [20, 6])) as [tf.Tensor2D, tf.Tensor2D]
  const inner = tf.mean(tf.sum(tf.mul(a, b), 1)).dataSync()[0]!
  expect(alignment(x, y)).toBeCloseTo(2 - 2 * inner, 5)
  const gram = tf.matMul(a, a, false, true).dataSync()
  const potentials = [...gram].filter((_, at) => at % 20 > Math.floor(at / 20)).map((cosine) => Math.exp(-2 * (2 - 2 * cosine)))
  expect(potentials).toHaveLength(190)
  const mean = potentials.reduce((sum, one) => sum + one, 0) / 190
  expect(uniformity(x)).toBeCloseTo(Math.log(mean), 5)
})

it('is 0 where everything falls together, and best where the sphere is filled', () => {
  const same = matrix(
    5,
    3,
    new Float32Array(15).map((_, at) => (at % 3 === 0 ? 1 : 0)),
  )
  expect(alignment(same, same)).toBe(0)
  expect(uniformity(same)).toBe(0)
  const opposite = matrix(2, 1, Float32Array.of(1, -1))
  expect(uniformity(opposite)).toBeCloseTo(-8, 6)
  expect(alignment(opposite, matrix(2, 1, Float32Array.of(-1, 1)))).toBe(4)
  // Independent uniform points of a sphere of many dimensions are nearly orthogonal: ‖x − y‖² ≈ 2.
  expect(uniformity(unit(60, 300))).toBeCloseTo(-4, 1)
})

it('says nothing of too few samples, and refuses views of other samples', () => {
  expect(alignment(matrix(0, 3), matrix(0, 3))).toBe(0)
  expect(uniformity(matrix(1, 3))).toBe(0)
  expect(() => alignment(matrix(2, 3), matrix(3, 3))).toThrow('views of 2 × 3 and 3 × 3')
})
