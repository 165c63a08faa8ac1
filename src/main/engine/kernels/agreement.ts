/** For tests: a compiled tfjs function must answer what tfjs' CPU backend answers, its gradients too, and those what finite differences say. */
import '@tensorflow/tfjs-backend-cpu'
import { compileForward } from '../forward'
import type { Tensors } from '../program'
import { random, type Random } from '../random'
import { tensor, type Tensor } from '../tensor'
import { tf } from '../tfjs'

export interface Case {
  name: string
  /** Shapes of normally distributed float32 inputs, or tensors. */
  inputs: readonly (readonly number[] | Tensor)[]
  program: (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[]
  /** Inputs, by position, whose gradients are compared; all float32 ones when left out. */
  differentiable?: readonly number[]
  /** Why the CPU backend's gradient is no reference here; finite differences are. */
  wrongOnCpu?: string
}

export interface Disagreement {
  /** Largest difference from the CPU backend over 1 + its value, of results and gradients, as lowered for the processor and for GPUs. */
  backend: number
  /** The same of directional derivatives, gradient against central difference. */
  differences: number
}

/** Short, so that hardly any kink of a function lies between. */
const STEP = 0.002

type Results = Record<string, Float32Array>

export async function disagreement({ inputs, program, differentiable, wrongOnCpu }: Case): Promise<Disagreement> {
  const draws = random(7, inputs.length)
  const given = inputs.map((input) => ('type' in input ? input : normal(draws, input)))
  const wanted = differentiable ?? given.flatMap((input, at) => (input.type === 'float32' ? [at] : []))
  const differentiated = (tensors: Tensors) =>
    resultsAndGradients(
      program,
      given.map((_, at) => tensors[at]!),
      wanted,
    )

  const found = await compiledResults(given, differentiated, false)
  const portable = await compiledResults(given, differentiated, true)

  await tf.setBackend('cpu')
  const reference = onCpu(given, differentiated)
  let backend = 0
  for (const [name, values] of Object.entries(reference)) {
    const wanted = wrongOnCpu && name.startsWith('gradient') ? (found[name]!.data as Float32Array) : values
    backend = Math.max(backend, distance(found[name]!, wanted), distance(portable[name]!, wanted))
  }
  return { backend, differences: directional(given, wanted, program, found, draws) }
}

/** @param portable as GPUs get it */
async function compiledResults(
  given: readonly Tensor[],
  run: (tensors: Tensors) => Record<string, tf.Tensor>,
  portable: boolean,
): Promise<Record<string, Tensor>> {
  const compiled = await compileForward((_, tensors) => run(tensors), {
    variables: {},
    inputs: Object.fromEntries(given.map(({ shape, type }, at) => [at, { shape, type: type as 'float32' }])),
    session: { threads: 1 },
    portable,
  })
  const results = await compiled.run(Object.fromEntries(given.map((input, at) => [at, input])))
  await compiled.dispose()
  return results
}

function normal(draws: Random, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, side) => product * side, 1)
  return tensor(
    'float32',
    shape,
    Float32Array.from({ length: size }, () => draws.normal()),
  )
}

/** A fixed, uneven weighting of the results, whose gradient tells all of their derivatives apart. */
function weighted(results: readonly tf.Tensor[]): tf.Scalar {
  const terms = results.map((result) => {
    const weights = Float32Array.from({ length: result.size }, (_, at) => Math.sin(at * 1.7 + 0.3))
    return tf.sum(tf.mul(tf.cast(result, 'float32'), tf.tensor(weights, result.shape)))
  })
  return tf.addN(terms) as tf.Scalar
}

function resultsAndGradients(
  program: Case['program'],
  tensors: tf.Tensor[],
  wanted: readonly number[],
): Record<string, tf.Tensor> {
  const answer: Record<string, tf.Tensor> = {}
  ;[program(...tensors)].flat().forEach((result, at) => (answer[`result ${at}`] = result))
  if (wanted.length === 0) return answer
  const loss = (...moved: tf.Tensor[]) => {
    const all = [...tensors]
    wanted.forEach((at, order) => (all[at] = moved[order]!))
    return weighted([program(...all)].flat())
  }
  const gradients = tf.grads(loss)(wanted.map((at) => tensors[at]!))
  gradients.forEach((gradient, order) => (answer[`gradient ${wanted[order]!}`] = gradient))
  return answer
}

function onCpu(given: readonly Tensor[], run: (tensors: Tensors) => Record<string, tf.Tensor>): Results {
  return tf.tidy(() => {
    const tensors = given.map(({ data, shape, type }) => tf.tensor(data as Float32Array, [...shape], type as 'float32'))
    const answer = run(Object.fromEntries(tensors.map((each, at) => [at, each])))
    return Object.fromEntries(Object.entries(answer).map(([name, result]) => [name, Float32Array.from(result.dataSync())]))
  })
}

function distance(found: Tensor, wanted: Float32Array): number {
  if (found.data.length !== wanted.length) return Infinity
  let largest = 0
  wanted.forEach((value, at) => {
    const other = Number(found.data[at])
    const gap = Object.is(value, other) ? 0 : Math.abs(other - value) / (1 + Math.abs(value))
    largest = Math.max(largest, Number.isNaN(gap) ? Infinity : gap)
  })
  return largest
}

/** Along one random direction per input. */
function directional(
  given: readonly Tensor[],
  wanted: readonly number[],
  program: Case['program'],
  found: Readonly<Record<string, Tensor>>,
  draws: Random,
): number {
  let largest = 0
  for (const at of wanted) {
    const gradient = found[`gradient ${at}`]!.data as Float32Array
    const direction = Float32Array.from(gradient, () => draws.normal())
    const length = Math.hypot(...direction)
    const slope = gradient.reduce((sum, value, index) => sum + (value * direction[index]!) / length, 0)
    const at1 = (step: number) => {
      const data = Float32Array.from(
        given[at]!.data as Float32Array,
        (value, index) => value + (step * direction[index]!) / length,
      )
      const moved = given.with(at, tensor('float32', given[at]!.shape, data))
      const run = (tensors: Tensors) => ({ loss: weighted([program(...moved.map((_, order) => tensors[order]!))].flat()) })
      return onCpu(moved, run)['loss']![0]!
    }
    const difference = (at1(STEP) - at1(-STEP)) / (2 * STEP)
    largest = Math.max(largest, Math.abs(difference - slope) / (1 + Math.abs(slope)))
  }
  return largest
}
