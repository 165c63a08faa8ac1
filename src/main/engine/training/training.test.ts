/** Checkpoints, schedules and optimizers against their formulas. */
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import '@tensorflow/tfjs-backend-cpu'
import type { Values } from '../program'
import { float32, type Tensor } from '../tensor'
import { tf } from '../tfjs'
import { readCheckpoint, writeCheckpoint } from './checkpoint'
import { adamW } from './optimizers'
import { warmUpCosine } from './schedule'

it('reads back the checkpoint it wrote and leaves nothing else', () => {
  const folder = mkdtempSync(join(tmpdir(), 'handful-checkpoint-'))
  const path = join(folder, 'checkpoint')
  expect(readCheckpoint(path)).toBeUndefined()
  const variables = { 'a/b': float32([2, 2], [1, -0, Math.PI, 1e-40]), scalar: float32([], [7]) }
  writeCheckpoint(path, { step: 3, variables })
  writeCheckpoint(path, { step: 4, variables })
  expect(readCheckpoint(path)).toEqual({ step: 4, variables })
  expect(readdirSync(folder)).toEqual(['checkpoint'])
  writeFileSync(path, 'something else\n')
  expect(() => readCheckpoint(path)).toThrow(/is not a checkpoint/)
})

it('warms up linearly, then falls along half a cosine', () => {
  const schedule = { peak: 2, steps: 110, warmUp: 10 }
  expect([1, 5, 10].map((step) => warmUpCosine(step, schedule))).toEqual([0.2, 1, 2])
  expect(warmUpCosine(60, schedule)).toBeCloseTo(1)
  expect(warmUpCosine(110, schedule)).toBeCloseTo(0)
})

it('moves weights as the formulas of AdamW say', async () => {
  const optimizer = adamW({ decay: 0.1 })
  let weights: Values = { matrix: float32([2, 2], [1, -2, 3, 0.5]), vector: float32([2], [0.3, -0.7]) }
  let state: Values = optimizer.init(weights)
  const reference = Object.fromEntries(
    Object.entries(weights).map(([name, { data }]) => [name, Array.from(data as Float32Array)]),
  )
  const [first, second] = [1, 2].map(() => ({ matrix: [0, 0, 0, 0], vector: [0, 0] })) as [Moments, Moments]
  await tf.setBackend('cpu')
  for (let step = 1; step <= 4; step++) {
    const rate = 0.01 * step
    const gradient = (name: string, at: number) => Math.sin(step + at) * (name === 'vector' ? 1e-3 : 10)
    const gradients = mapped(weights, ({ shape, data }, name) =>
      tf.tensor(
        Float32Array.from({ length: data.length }, (_, at) => gradient(name, at)),
        [...shape],
      ),
    )
    const rates = Object.fromEntries(Object.entries(optimizer.rates(rate, step)).map(([name, value]) => [name, tf.scalar(value)]))
    const moved = optimizer.update(mapped(weights, asTensor), gradients, mapped(state, asTensor), rates)
    weights = mapped(moved.weights, asValue)
    state = mapped(moved.state, asValue)
    for (const [name, values] of Object.entries(reference)) {
      values.forEach((value, at) => {
        const g = gradient(name, at)
        const m = (first[name as keyof Moments][at] = 0.9 * first[name as keyof Moments][at]! + 0.1 * g)
        const v = (second[name as keyof Moments][at] = 0.999 * second[name as keyof Moments][at]! + 0.001 * g * g)
        const shrunk = name === 'vector' ? value : value * (1 - rate * 0.1)
        values[at] = shrunk - (rate * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8)
      })
    }
  }
  for (const [name, values] of Object.entries(reference)) {
    values.forEach((value, at) => expect(weights[name]!.data[at]).toBeCloseTo(value, 5))
  }
})

it('leaves weights where they are at a learning rate of 0', async () => {
  await tf.setBackend('cpu')
  const optimizer = adamW()
  const weights = { matrix: float32([1, 2], [1, -2]) }
  const rates = Object.fromEntries(Object.entries(optimizer.rates(0, 1)).map(([name, value]) => [name, tf.scalar(value)]))
  const gradients = { matrix: tf.tensor([[3, 4]]) }
  const moved = optimizer.update(mapped(weights, asTensor), gradients, mapped(optimizer.init(weights), asTensor), rates)
  expect(Array.from(moved.weights['matrix']!.dataSync())).toEqual([1, -2])
})

interface Moments {
  matrix: number[]
  vector: number[]
}
const asTensor = ({ data, shape }: Tensor) => tf.tensor(data as Float32Array, [...shape])
const asValue = (each: tf.Tensor) => float32(each.shape, Float32Array.from(each.dataSync()))
function mapped<A, B>(values: Readonly<Record<string, A>>, of: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value, name)]))
}
