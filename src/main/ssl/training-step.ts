/** One step of a gradient program as a tfjs function: every phase forward, backward and update, then what follows. */
import type { Pass } from '../engine/layers/network'
import type { Step, Tensors, Values } from '../engine/program'
import type { Tensor } from '../engine/tensor'
import { tf } from '../engine/tfjs'
import { clipped, lossAndGradients } from '../engine/training/gradients'
import type { GradientProgram, Phase, StepInputs } from './gradient-program'

/** Longest gradient over all weights of a phase. */
const LONGEST = 5

export const viewsInput = (group: number) => `views ${group}`
export const noiseInput = (name: string) => `noise/${name}`
export const rateInput = (name: string) => `rate/${name}`
export const optimizerInput = (phase: number, name: string) => `optimizer ${phase}/${name}`
const optimizerState = (phase: number, name: string) => `optimizer ${phase}/${name}`

const moved = (phase: Phase, weights: Values): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(weights).filter(([name]) => phase.moves(name)))

/** What a run starts from. */
export function initialVariables(program: GradientProgram): Record<string, Tensor> {
  const optimizers = program.phases.flatMap((phase, at) =>
    Object.entries(phase.optimizer.init(moved(phase, program.weights))).map(([name, value]) => [optimizerState(at, name), value]),
  )
  return { ...program.weights, ...program.statistics, ...program.state, ...(Object.fromEntries(optimizers) as Values) }
}

export function trainingStep(program: GradientProgram): Step {
  return (variables, inputs) => {
    const given = inputsOf(program, inputs)
    let current: Tensors = variables
    let outputs: Tensors = {}
    let carried: Tensors = {}
    const changed: Record<string, tf.Tensor> = {}
    program.phases.forEach((phase, at) => {
      const result = runPhase(program, phase, at, current, given, inputs)
      Object.assign(changed, result.changed)
      current = { ...current, ...result.changed }
      outputs = { ...outputs, ...result.parts, loss: at === 0 ? result.loss : tf.add(outputs['loss']!, result.loss) }
      carried = { ...carried, ...result.carried }
    })
    return { variables: { ...changed, ...program.afterStep?.(current, carried, given.rates) }, outputs }
  }
}

function inputsOf(program: GradientProgram, inputs: Tensors): StepInputs {
  return {
    views: program.views.map((_, group) => inputs[viewsInput(group)]!),
    noise: Object.fromEntries(Object.keys(program.noise ?? {}).map((name) => [name, inputs[noiseInput(name)]!])),
    rates: Object.fromEntries(Object.keys(program.schedule?.(0) ?? {}).map((name) => [name, inputs[rateInput(name)]!])),
  }
}

function runPhase(program: GradientProgram, phase: Phase, at: number, variables: Tensors, given: StepInputs, inputs: Tensors) {
  const names = Object.keys(moved(phase, program.weights))
  const weights = Object.fromEntries(names.map((name) => [name, variables[name]!]))
  const { loss, gradients, others } = lossAndGradients((moving) => {
    const pass: Pass = { variables: { ...variables, ...moving }, training: true, renewed: {} }
    const result = phase.loss(given, pass)
    const health = result.embeddings ? healthOf(result.embeddings) : {}
    return {
      loss: result.loss,
      others: {
        ...prefixed('part/', { ...result.parts, ...health }),
        ...prefixed('carried/', result.carried ?? {}),
        ...prefixed('renewed/', pass.renewed),
      },
    }
  }, weights)
  const slots = Object.keys(phase.optimizer.init(moved(phase, program.weights)))
  const state = Object.fromEntries(slots.map((name) => [name, variables[optimizerState(at, name)]!]))
  const rateNames = Object.keys(phase.optimizer.rates(1, 1))
  const rates = Object.fromEntries(rateNames.map((name) => [name, inputs[optimizerInput(at, name)]!]))
  const next = phase.optimizer.update(weights, clipped(gradients, LONGEST), state, rates)
  const nextState = Object.fromEntries(Object.entries(next.state).map(([name, value]) => [optimizerState(at, name), value]))
  return {
    changed: { ...next.weights, ...nextState, ...unprefixed('renewed/', others) },
    loss,
    parts: unprefixed('part/', others),
    carried: unprefixed('carried/', others),
  }
}

/**
 * Signs of collapse, scalars: `spread`, the deviation of unit-length embeddings times √dimensions (1: on the whole sphere, 0: all the
 * same; Chen & He 2021), and `rank`, the participation ratio of their covariance.
 * @param embeddings [rows, dimensions]
 */
export function healthOf(embeddings: tf.Tensor): Record<string, tf.Tensor> {
  const [rows, dimensions] = embeddings.shape as [number, number]
  const unit: tf.Tensor2D = tf.mul(embeddings, tf.rsqrt(tf.add(tf.sum(tf.square(embeddings), 1, true), 1e-12)))
  const centred: tf.Tensor2D = tf.sub(unit, tf.mean(unit, 0))
  const covariance = tf.div(tf.matMul(centred, centred, true, false), rows)
  const variances = tf.mean(tf.square(centred), 0)
  const trace = tf.sum(variances)
  return {
    spread: tf.mul(tf.mean(tf.sqrt(tf.add(variances, 1e-12))), Math.sqrt(dimensions)),
    rank: tf.div(tf.square(trace), tf.add(tf.sum(tf.square(covariance)), 1e-20)),
  }
}

function prefixed(prefix: string, tensors: Tensors): Record<string, tf.Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, each]) => [prefix + name, each]))
}

function unprefixed(prefix: string, tensors: Tensors): Record<string, tf.Tensor> {
  const found = Object.entries(tensors).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(found.map(([name, each]) => [name.slice(prefix.length), each]))
}
