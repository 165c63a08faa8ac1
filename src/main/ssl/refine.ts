/**
 * Trains two layers on features of altered versions of images: VICReg (Bardes, Ponce & LeCun 2022) with features in place of pixels, so
 * that a step costs milliseconds.
 */
import type { Progress } from '@shared/model'
import { principalComponents } from '../encoders/linear-map'
import type { TwoLayers } from '../encoders/refined'
import { dense } from '../engine/layers/dense'
import { Blueprint, chain } from '../engine/layers/network'
import { batchNorm } from '../engine/layers/norms'
import { columnMeans, matrix, type MatrixProducts, shiftRows } from '../engine/linear-algebra'
import { draw } from '../engine/random'
import { tf } from '../engine/tfjs'
import type { FeatureViews } from './feature-views'
import type { GradientProgram, Noise } from './gradient-program'
import { vicregLoss } from './losses/vicreg'
import type { FitContext } from './task'
import { TrainingRun } from './training-run'
import { defaultOptimizer } from './two-views'

export interface RefineOptions {
  readonly hidden: number
  readonly dimensions: number
  /** However much time there is. */
  readonly mostSteps: number
}

const mostPerBatch = 256
const learningRate = 0.002
/** As in `batchNorm`. */
const epsilon = 1e-5

export async function* refine(
  featured: FeatureViews,
  context: FitContext<unknown>,
  options: RefineOptions,
  products: MatrixProducts,
): AsyncGenerator<Progress, TwoLayers> {
  const [{ rows, columns }] = featured.views as [FeatureViews['views'][number]]
  const batch = Math.min(mostPerBatch, rows)
  const parameters = {
    epochs: 1,
    batch,
    encoder: 'auto',
    domain: 'symbols',
    stopEarly: false,
    startFrom: '',
    learningRate,
  } as const
  const program = programOf(featured, batch, columns, context.seed, options)
  const run = new TrainingRun(program, { ...context, parameters, looks: undefined }, { mostSteps: options.mostSteps })
  try {
    yield* run.train()
    return await folded(run.variables(), featured, { ...options, columns, seed: context.seed }, products)
  } finally {
    await run.dispose()
  }
}

function programOf(
  featured: FeatureViews,
  batch: number,
  columns: number,
  seed: number,
  { hidden, dimensions }: RefineOptions,
): GradientProgram {
  const plan = new Blueprint(seed)
  const layers = chain(
    dense(plan, 'first', { from: columns, to: hidden, bias: false, gain: 2 }),
    batchNorm(plan, 'norm', hidden),
    (x) => tf.relu(x),
    dense(plan, 'second', { from: hidden, to: dimensions }),
  )
  return {
    weights: plan.weights,
    statistics: plan.statistics,
    views: [],
    noise: { pairs: pairsOf(featured, batch) },
    phases: [
      {
        moves: () => true,
        optimizer: defaultOptimizer(),
        loss({ noise: { pairs } }, pass) {
          const embeddings = layers(pairs!, pass)
          const [a, b] = tf.split(embeddings, 2) as [tf.Tensor, tf.Tensor]
          return { ...vicregLoss(a, b), embeddings }
        },
      },
    ],
    embed: layers,
    dimensions,
    notes: [],
  }
}

/** Two different views of each of some images: [2 × batch, columns], first views first. */
function pairsOf({ views }: FeatureViews, batch: number): Noise {
  const { rows, columns } = views[0]!
  return {
    shape: [2 * batch, columns],
    fill(draws, into) {
      draw(rows, batch, draws).forEach((row, at) => {
        const one = draws.below(views.length)
        const other = (one + 1 + draws.below(views.length - 1)) % views.length
        const of = (view: number) => views[view]!.data.subarray(row * columns, (row + 1) * columns)
        into.set(of(one), at * columns)
        into.set(of(other), (batch + at) * columns)
      })
    },
  }
}

/**
 * Running statistics folded into the first layer. The projection that was compared while training is thrown away: in its place stand the
 * principal components of what the first layer answers.
 */
async function folded(
  variables: ReturnType<TrainingRun['variables']>,
  { views }: FeatureViews,
  { hidden, dimensions, columns, seed }: RefineOptions & { columns: number; seed: number },
  products: MatrixProducts,
): Promise<TwoLayers> {
  const value = (name: string) => variables[name]!.data as Float32Array
  const [gain, shift, mean, variance] = ['gain', 'shift', 'mean', 'variance'].map((name) => value(`norm/${name}`))
  const factor = gain!.map((each, at) => each / Math.sqrt(variance![at]! + epsilon))
  const weights = matrix(
    columns,
    hidden,
    value('first/weight').map((weight, at) => weight * factor[at % hidden]!),
  )
  const first = { weights, offset: shift!.map((each, at) => each - mean![at]! * factor[at]!) }
  const seen = await products.product(views[0]!, weights)
  seen.data.forEach((each, at) => (seen.data[at] = Math.max(0, each + first.offset[at % hidden]!)))
  const average = columnMeans(seen)
  const { basis } = await principalComponents(shiftRows(seen, average), dimensions, seed, products)
  const centre = await products.product(matrix(1, hidden, average), basis)
  return { first, second: { weights: basis, offset: centre.data.map((each) => -each) } }
}
