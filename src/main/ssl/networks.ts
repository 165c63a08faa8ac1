/** Networks that pretext tasks share: the encoders to choose from, projection heads, decoders to pixels. */
import { readFileSync } from 'node:fs'
import { HandfulError } from '@shared/errors'
import { residualMap } from '../encoders/residual'
import { stemWeights } from '../encoders/stock-stem'
import { upsampled } from '../engine/layers/decoding'
import { convolution, dense } from '../engine/layers/dense'
import { Blueprint, chain, type Layer } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import type { Values } from '../engine/program'
import { tf } from '../engine/tfjs'
import { readPlan } from './step-plan'
import type { FitContext } from './task'
import type { TrainingParameters } from './training-parameters'

/** Convolutions of few channels run far from the machine's peak: the small network has none on its finest grid, and wider ones behind. */
export const networks = {
  nano: { widths: [24, 48, 96], blocks: [1, 1, 1] },
  small: { widths: [64, 128, 256], blocks: [0, 1, 1] },
  base: { widths: [112, 224, 448], blocks: [1, 1, 1] },
  /** The small one behind the first blocks of the encoder that comes with the app. */
  stock: { widths: [32, 128, 256], blocks: [0, 1, 1], stem: 'stock' },
} as const

export type NetworkKind = keyof typeof networks

/** Which network these weights are of; null where it is none of these. */
export function kindOfNetwork(weights: Values): NetworkKind | null {
  const isOf = (kind: NetworkKind) =>
    networks[kind].widths.every((width, stage) => weights[`stage ${stage}/norm/gain`]?.shape[0] === width)
  return (Object.keys(networks) as NetworkKind[]).find(isOf) ?? null
}

const onStock =
  'The first layers of the network are those of the encoder that comes with the app (MobileNetV2, trained on Open Images V4), and were left as they are; the rest was trained on these images.'

export interface Backbone {
  readonly plan: Blueprint
  /** float32 [batch, side, side, 3], 0–255 → [batch, grid, grid, dimensions] */
  readonly map: Layer
  /** … → [batch, dimensions] */
  readonly embed: Layer
  readonly dimensions: number
  readonly notes: string[]
}

/** @throws HandfulError BAD_PARAMETER where the encoder that comes with the app is asked for and missing */
export function backbone({ images, seed, parameters, stock, folder }: FitContext<TrainingParameters>): Backbone {
  const known = readPlan(folder)
  // A run that goes on, or repeats another, has the network of its plan.
  const usual = known ? (known.network ?? 'small') : stock ? 'stock' : 'small'
  const chosen = parameters.encoder === 'auto' ? usual : parameters.encoder
  const plan = new Blueprint(seed)
  const map = residualMap(plan, { size: images.size, ...networks[chosen] })
  if (chosen === 'stock') {
    const reason = 'the encoder that comes with the app is missing from this installation'
    if (!stock) throw new HandfulError('BAD_PARAMETER', { name: 'encoder', reason })
    Object.assign(plan.statistics, stemWeights(readFileSync(stock)))
  }
  const notes = [chosen === 'stock' ? onStock : `The ${chosen} network was trained.`]
  return { plan, map, embed: chain(map, pooled), dimensions: networks[chosen].widths[2], notes }
}

/** Mean over all places: [batch, rows, columns, dimensions] → [batch, dimensions]. */
export const pooled: Layer = (x) => tf.mean(x, [1, 2])

const rectify: Layer = (x) => tf.relu(x)

/** Two layers; thrown away after training. */
export function projectionHead(
  plan: Blueprint,
  name: string,
  { from, hidden, to }: { from: number; hidden: number; to: number },
): Layer {
  return chain(
    dense(plan, `${name}/first`, { from, to: hidden, bias: false, gain: 2 }),
    batchNorm(plan, `${name}/norm`, hidden),
    rectify,
    dense(plan, `${name}/second`, { from: hidden, to }),
  )
}

/**
 * Of losses that only attract: what all projections share is taken out, as in SimSiam (Chen & He 2021, section 3). Without it, a prediction of the common
 * mean is near every target, and nothing else is learned.
 */
export function centredHead(plan: Blueprint, name: string, sides: { from: number; hidden: number; to: number }): Layer {
  return chain(projectionHead(plan, name, sides), batchNorm(plan, `${name}/out`, sides.to))
}

/** [batch, from] → [batch, size, size, 3]: a coarse picture, doubled and refined. Size is a multiple of 4. */
export function pixelsDecoder(plan: Blueprint, name: string, from: number, size: number): Layer {
  const [grid, wide, narrow] = [size / 4, 32, 16]
  const coarse = chain(dense(plan, `${name}/coarse`, { from, to: grid * grid * wide, gain: 2 }), (x) =>
    tf.reshape(x, [x.shape[0], grid, grid, wide]),
  )
  return chain(
    coarse,
    rectify,
    upsampled(2),
    convolution(plan, `${name}/first`, { from: wide, to: narrow, size: 3 }),
    batchNorm(plan, `${name}/norm`, narrow),
    rectify,
    upsampled(2),
    convolution(plan, `${name}/last`, { from: narrow, to: 3, size: 3 }),
  )
}

/** Pixels as decoders make them, about −2 … 2. */
export const centredPixels = (x: tf.Tensor): tf.Tensor => tf.div(tf.sub(x, 127.5), 64)
