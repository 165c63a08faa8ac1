/** The VICReg loss against the authors' formula, written out in plain arithmetic. */
import '@tensorflow/tfjs-backend-cpu'
import { expect, it } from 'vitest'
import { random } from '../../engine/random'
import { tf } from '../../engine/tfjs'
import { vicregLoss } from './vicreg'

const [batch, dimensions] = [6, 4]

function reference(a: number[][], b: number[][]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const column = (z: number[][], at: number) => z.map((row) => row[at]!)
  const centred = (z: number[][], at: number) => column(z, at).map((value) => value - mean(column(z, at)))
  const product = (z: number[][], i: number, j: number) =>
    centred(z, i).reduce((sum, value, row) => sum + value * centred(z, j)[row]!, 0) / (batch - 1)
  const each = Array.from({ length: dimensions }, (_, at) => at)
  const hinge = (z: number[][]) => mean(each.map((at) => Math.max(0, 1 - Math.sqrt(product(z, at, at) + 1e-4))))
  const off = (z: number[][]) =>
    each.flatMap((i) => each.filter((j) => j !== i).map((j) => product(z, i, j) ** 2)).reduce((x, y) => x + y, 0) / dimensions
  const apart = mean(a.flatMap((row, at) => row.map((value, to) => (value - b[at]![to]!) ** 2)))
  return 25 * apart + 25 * (hinge(a) + hinge(b)) + (off(a) + off(b))
}

it('is 25 · invariance + 25 · variance + covariance', async () => {
  await tf.setBackend('cpu')
  const draws = random(1)
  const view = () => Array.from({ length: batch }, () => Array.from({ length: dimensions }, () => draws.normal() * 0.6))
  const [a, b] = [view(), view()]
  const found = tf.tidy(() => vicregLoss(tf.tensor2d(a), tf.tensor2d(b)).loss.dataSync()[0])
  expect(found).toBeCloseTo(reference(a, b), 3)
})

it('rejects views of different shape with their values', async () => {
  await tf.setBackend('cpu')
  expect(() => tf.tidy(() => vicregLoss(tf.zeros([4, 8]), tf.zeros([4, 6])).loss)).toThrow('[4, 8] and [4, 6]')
})
