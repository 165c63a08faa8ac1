/** The measured step: NT-Xent (Chen et al. 2020) over a two-layer head, AdamW, batch 64 of 64×64×3. */
import { compile, type CompiledStep, type CompileOptions } from '../../src/main/engine/compile'
import { eager } from '../../src/main/engine/eager'
import { dense } from '../../src/main/engine/layers/dense'
import { Blueprint, chain } from '../../src/main/engine/layers/network'
import type { Step, Tensors, TrainingStep, Values } from '../../src/main/engine/program'
import { float32 } from '../../src/main/engine/tensor'
import { tf } from '../../src/main/engine/tfjs'
import { lossAndGradients } from '../../src/main/engine/training/gradients'
import { adamW } from '../../src/main/engine/training/optimizers'
import { networks, SIDE } from './networks'

export const BATCH = 64
const optimizer = adamW({ decay: 0 })

export interface MeasuredStep<S extends TrainingStep> {
  step: S
  parameters: number
  feeds: PlainStep['feeds']
  run(at: number): Promise<number>
}

export const compiledStep = (name: string, threads: number): Promise<MeasuredStep<CompiledStep>> =>
  measuredStep(name, (step, options) => compile(step, { ...options, session: { threads } }))

/** The same step on a tfjs backend. */
export const eagerStep = (name: string, backend: string): Promise<MeasuredStep<TrainingStep>> =>
  measuredStep(name, (step, options) => eager(step, { ...options, backend }))

async function measuredStep<S extends TrainingStep>(
  name: string,
  make: (step: Step, options: Pick<CompileOptions, 'variables' | 'inputs'>) => Promise<S>,
): Promise<MeasuredStep<S>> {
  const { step, options, feeds, parameters } = stepOf(name)
  const running = await make(step, options)
  return { step: running, parameters, feeds, run: async (at) => Number((await running.run(feeds(at)))['loss']!.data[0]) }
}

export interface PlainStep {
  step: Step
  options: Pick<CompileOptions, 'variables' | 'inputs'>
  /** Of this step, from 1. */
  feeds(at: number): Values
  parameters: number
}

export function stepOf(name: string): PlainStep {
  const { build, width } = networks[name]!
  const plan = new Blueprint(7)
  const network = chain(
    build(plan),
    dense(plan, 'head/first', { from: width, to: 256 }),
    (x) => tf.relu(x),
    dense(plan, 'head/second', { from: 256, to: 128 }),
  )
  const state = optimizer.init(plan.weights)
  const of = (tensors: Tensors, names: object): Tensors =>
    Object.fromEntries(Object.keys(names).map((key) => [key, tensors[key]!]))
  const step: Step = (variables, { images, ...rates }) => {
    const weights = of(variables, plan.weights)
    const { loss, gradients, others } = lossAndGradients((moving) => {
      const pass = { variables: { ...variables, ...moving }, training: true, renewed: {} as Record<string, tf.Tensor> }
      return { loss: ntXent(network(images!, pass), 0.5), others: pass.renewed }
    }, weights)
    const moved = optimizer.update(weights, gradients, of(variables, state), rates)
    return { variables: { ...moved.weights, ...moved.state, ...others }, outputs: { loss } }
  }
  const images = float32(
    [BATCH, SIDE, SIDE, 3],
    Float32Array.from({ length: BATCH * SIDE * SIDE * 3 }, (_, at) => 127 + 64 * Math.sin(at * 1.37)),
  )
  const feeds = (at: number) => ({
    images,
    ...Object.fromEntries(Object.entries(optimizer.rates(1e-3, at)).map(([rate, value]) => [rate, float32([], [value])])),
  })
  const variables = { ...plan.weights, ...plan.statistics, ...state }
  const inputs = Object.fromEntries(Object.entries(feeds(1)).map(([key, { shape }]) => [key, { shape }]))
  const parameters = Object.values(plan.weights).reduce((sum, { data }) => sum + data.length, 0)
  return { step, options: { variables, inputs }, feeds, parameters }
}

/** Rows i and i + batch / 2 are views of one sample. */
function ntXent(z: tf.Tensor, temperature: number): tf.Tensor {
  const rows = z.shape[0]
  const unit = tf.div(z, tf.sqrt(tf.add(tf.sum(tf.square(z), 1, true), 1e-8)))
  const self = Float32Array.from({ length: rows * rows }, (_, at) => (at % (rows + 1) === 0 ? -1e9 : 0))
  const other = (at: number) => Math.floor(at / rows)
  const pairs = Float32Array.from({ length: rows * rows }, (_, at) =>
    at % rows === (other(at) + rows / 2) % rows ? 1 / rows : 0,
  )
  const likeness = tf.add(tf.mul(tf.matMul(unit, unit, false, true), 1 / temperature), tf.tensor(self, [rows, rows]))
  return tf.neg(tf.sum(tf.mul(tf.logSoftmax(likeness), tf.tensor(pairs, [rows, rows]))))
}
