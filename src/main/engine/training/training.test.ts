/** Checkpoints, schedules, optimizers, clipping and moving averages against their formulas. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import '@tensorflow/tfjs-backend-cpu'
import type { Values } from '../program'
import { float32, type Tensor } from '../tensor'
import { tf } from '../tfjs'
import { readCheckpoint, writeCheckpoint } from './checkpoint'
import { clipped, movingAverage } from './gradients'
import { adamW, lars, type Optimizer, sgd } from './optimizers'
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
  writeFileSync(path, readFileSync(path).subarray(0, -1))
  expect(() => readCheckpoint(path)).toThrow(/ends in the middle of scalar/)
  writeFileSync(path, 'something else\n')
  expect(() => readCheckpoint(path)).toThrow(/is not a checkpoint/)
})

it('warms up linearly, then falls along half a cosine', () => {
  const schedule = { peak: 2, steps: 110, warmUp: 10 }
  expect([1, 5, 10].map((step) => warmUpCosine(step, schedule))).toEqual([0.2, 1, 2])
  expect(warmUpCosine(60, schedule)).toBeCloseTo(1)
  expect(warmUpCosine(110, schedule)).toBeCloseTo(0)
})

const gradientOf = (name: string, step: number, at: number) => Math.sin(step + at) * (name === 'vector' ? 1e-3 : 10)

/** Weights after four steps of rising learning rate, from gradients of `gradientOf`. */
async function afterFourSteps({ init, rates, update }: Optimizer): Promise<Values> {
  await tf.setBackend('cpu')
  let weights: Values = beginning
  let state: Values = init(weights)
  for (let step = 1; step <= 4; step++) {
    const gradients = mapped(weights, ({ shape, data }, name) =>
      tf.tensor(
        Float32Array.from({ length: data.length }, (_, at) => gradientOf(name, step, at)),
        [...shape],
      ),
    )
    const fed = mapped(rates(0.01 * step, step), (value) => tf.scalar(value))
    const moved = update(mapped(weights, asTensor), gradients, mapped(state, asTensor), fed)
    weights = mapped(moved.weights, asValue)
    state = mapped(moved.state, asValue)
  }
  return weights
}

const beginning = { matrix: float32([2, 2], [1, -2, 3, 0.5]), vector: float32([2], [0.3, -0.7]) }
type Numbers = readonly number[]
const length = (values: Numbers) => Math.hypot(...values)

/** What the papers say, number by number: the new weights of one tensor; `kept` is the optimizer's own, 0 at first. */
type Formula = (w: Numbers, g: Numbers, kept: number[][], rate: number, step: number, isMatrix: boolean) => number[]
const formulas: Record<string, [Optimizer, Formula]> = {
  'SGD with momentum': [
    sgd({ momentum: 0.8, decay: 0.1 }),
    (w, g, [v], rate, _, isMatrix) =>
      w.map((value, at) => value - rate * (v![at] = 0.8 * v![at]! + g[at]! + (isMatrix ? 0.1 * value : 0))),
  ],
  AdamW: [
    adamW({ decay: 0.1 }),
    (w, g, [m, v], rate, step, isMatrix) =>
      w.map((value, at) => {
        m![at] = 0.9 * m![at]! + 0.1 * g[at]!
        v![at] = 0.999 * v![at]! + 0.001 * g[at]! ** 2
        const shrunk = isMatrix ? value * (1 - rate * 0.1) : value
        return shrunk - (rate * (m![at] / (1 - 0.9 ** step))) / (Math.sqrt(v![at] / (1 - 0.999 ** step)) + 1e-8)
      }),
  ],
  LARS: [
    lars({ momentum: 0.8, decay: 0.1, trust: 0.02 }),
    (w, g, [v], rate, _, isMatrix) => {
      const pull = w.map((value, at) => g[at]! + (isMatrix ? 0.1 * value : 0))
      const local = isMatrix ? (0.02 * length(w)) / length(pull) : 1
      return w.map((value, at) => value - (v![at] = 0.8 * v![at]! + rate * local * pull[at]!))
    },
  ],
}

it.each(Object.entries(formulas))(
  'moves weights as the formulas of %s say, vectors without decay',
  async (_, [optimizer, next]) => {
    const found = await afterFourSteps(optimizer)
    for (const [name, { data }] of Object.entries(beginning)) {
      let wanted: number[] = Array.from(data)
      const kept = [wanted.map(() => 0), wanted.map(() => 0)]
      for (let step = 1; step <= 4; step++) {
        const gradient = wanted.map((_, at) => gradientOf(name, step, at))
        wanted = next(wanted, gradient, kept, 0.01 * step, step, name === 'matrix')
      }
      wanted.forEach((value, at) => expect(found[name]!.data[at]).toBeCloseTo(value, 5))
    }
  },
)

it('shortens gradients that are too long together, and leaves others alone', async () => {
  await tf.setBackend('cpu')
  const gradients = { a: tf.tensor([3, 0]), b: tf.tensor([[4]]) }
  const numbers = (longest: number) => mapped(clipped(gradients, longest), (each) => Array.from(each.dataSync()))
  expect(numbers(5)).toEqual({ a: [3, 0], b: [4] })
  const { a, b } = numbers(1) as { a: number[]; b: number[] }
  ;[...a, ...b].forEach((value, at) => expect(value).toBeCloseTo([0.6, 0, 0.8][at]!, 6))
})

it('follows weights by their exponential moving average', async () => {
  await tf.setBackend('cpu')
  let average: Record<string, tf.Tensor> = { a: tf.tensor([1, -4]) }
  let wanted = [1, -4]
  for (const now of [3, 5, -2]) {
    average = movingAverage(average, { a: tf.tensor([now, 2 * now]) }, 0.9)
    wanted = wanted.map((value, at) => 0.9 * value + 0.1 * now * (at + 1))
  }
  Array.from(average['a']!.dataSync()).forEach((value, at) => expect(value).toBeCloseTo(wanted[at]!, 5))
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

const asTensor = ({ data, shape }: Tensor) => tf.tensor(data as Float32Array, [...shape])
const asValue = (each: tf.Tensor) => float32(each.shape, Float32Array.from(each.dataSync()))
function mapped<A, B>(values: Readonly<Record<string, A>>, of: (value: A, name: string) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, of(value, name)]))
}
