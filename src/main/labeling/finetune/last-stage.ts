/** The last stage of a network that was trained here: what comes after its last down-sampling moves, with its running statistics as they are. */
import { residualStages } from '../../encoders/residual'
import { exportForward } from '../../engine/forward'
import { Blueprint, chain, type Layer } from '../../engine/layers/network'
import { portsOf } from '../../engine/onnx-model'
import type { Tensors, Values } from '../../engine/program'
import { tf } from '../../engine/tfjs'
import { networks, pooled, kindOfNetwork } from '../../ssl/networks'
import type { Tail } from './tail'

/** Gentler than what networks are trained with: the stage is to be corrected, not learned anew. */
const learningRate = 3e-4

/**
 * @param variables of the checkpoint of a run; those that are not of its encoder are left out
 * @param size side of the images, px
 * @returns null where the embeddings are not what such a network makes
 */
export async function lastStage(variables: Values, size: number, dimensions: number): Promise<Tail | null> {
  const kind = kindOfNetwork(variables)
  if (!kind || networks[kind].widths[2] !== dimensions) return null
  const plan = new Blueprint(0)
  const stages = residualStages(plan, { size, ...networks[kind] })
  const network = { ...plan.weights, ...plan.statistics }
  const fits = Object.entries(network).every(([name, { shape }]) => String(variables[name]?.shape) === String(shape))
  if (!fits) return null
  const named = (names: object, isMoved: (name: string) => boolean): Values =>
    Object.fromEntries(Object.keys(names).flatMap((name) => (isMoved(name) ? [[name, variables[name]!]] : [])))
  const isLast = (name: string) => name.startsWith('stage 2/')
  const statistics = named(plan.statistics, isLast)
  const [trunk, last] = [chain(...stages.slice(0, -1)), stages.at(-1)!]
  const before = await modelOf(
    (x, pass) => flat(trunk(x, pass)),
    named(network, (name) => !isLast(name)),
    size,
  )
  const features = portsOf(before).outputs[0]!.shape!.at(-1)!
  const channels = networks[kind].widths[1]
  const side = Math.sqrt(features / channels)
  return {
    title: kind === 'stock' ? 'the last stage of its network' : `the last stage of its ${kind} network`,
    trunk: before,
    features,
    weights: named(plan.weights, isLast),
    learningRate,
    apply(x, weights) {
      const pass = { variables: { ...constants(statistics), ...weights }, training: false, renewed: {} }
      return pooled(last(tf.reshape(x, [x.shape[0], side, side, channels]), pass), pass)
    },
    async finish(weights) {
      const whole = { ...named(network, () => true), ...weights }
      return { model: await modelOf(chain(trunk, last, pooled), whole, size), variables: whole }
    },
  }
}

const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0], -1])

const constants = (values: Values): Tensors =>
  Object.fromEntries(Object.entries(values).map(([name, { shape, data }]) => [name, tf.tensor(data as Float32Array, [...shape])]))

const modelOf = (layer: Layer, variables: Values, size: number): Promise<Uint8Array> =>
  exportForward(
    (constant, { images }) => ({ embeddings: layer(images!, { variables: constant, training: false, renewed: {} }) }),
    { variables, inputs: { images: { shape: [size, size, 3], type: 'uint8' } } },
  )
