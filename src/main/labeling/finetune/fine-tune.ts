/** Fine-tuning from a run's encoder and its labels to one that is better, or to the finding that it is not better. */
import type { Progress } from '@shared/model'
import { centred, nearestNeighbours } from '../../cluster/neighbours'
import { embedBatch } from '../../encoders/embed'
import { type Matrix, matrix, type MatrixProducts } from '../../engine/linear-algebra'
import type { Values } from '../../engine/program'
import { Session, withSession } from '../../engine/session'
import { chanceOfGain, countOf } from '../../evaluate/ranking'
import { atStage } from '../../ssl/task'
import { type ImageSource, subset } from '../../views/images'
import { likeliest } from '../heads/calibration'
import type { TrainingLabels } from '../heads/head'
import { fitBestHead } from '../heads/select'
import { pick } from '../heads/softmax'
import { spreadGraph } from '../heads/spread-graph'
import { blockBehind } from './block-behind'
import { describeViews, viewCount } from './described-views'
import { fineTuneSteps, fixMatch } from './fix-match'
import { lastStage } from './last-stage'
import { spreadOf } from './spread'
import type { Tail, TunedEncoder } from './tail'

export interface FineTuneInput {
  /** ONNX: images uint8 → embeddings float32. */
  encoder: Uint8Array
  /** Variables of its network by name, where it is one that was trained here. */
  network: Values | null
  /** Of what is put behind an encoder without a network; other than those within it. */
  name: string
  /** In the order of the embeddings' rows. */
  images: ImageSource
  embeddings: Matrix
  labels: TrainingLabels
  /** Positions of labels that are a fair sample: they train nothing and decide whether the result is kept. */
  fair: readonly number[]
  seed: number
  threads: number
  products: MatrixProducts
}

export interface FineTuned {
  encoder: TunedEncoder
  /** What was moved. */
  tuned: string
  /** Fair samples, and how many are guessed right with the encoder before and after. */
  checks: number
  before: number
  after: number
  /** Whether more of the same checks are right after it than luck explains. */
  better: boolean
}

/** Images that views are made of, labeled ones first: at most as many, and no more than these numbers hold. */
const mostImages = 2500
const mostNumbers = 75e6
const neighbours = 10
/** A gain that equals show more often than this proves nothing. */
const luck = 0.025

export async function* fineTune(input: FineTuneInput): AsyncGenerator<Progress, FineTuned> {
  const { encoder, network, name, images, labels, fair, embeddings, seed, threads } = input
  const isFair = new Set(fair)
  const training = pick(
    labels,
    [...labels.rows.keys()].filter((position) => !isFair.has(position)),
  )
  const stage = network && (await lastStage(network, images.size, embeddings.columns))
  const tail = stage ?? blockBehind(encoder, embeddings, { name, seed })
  const encoderTuned = yield* learn(input, tail, training)
  yield atStage('Comparing with before', 0, 1)
  const kept = rowsFrom(labels.rows, images.count, mostImages)
  const judge = (of: Matrix) => rightOnFair(of, kept, training, pick(labels, [...fair]), input)
  const before = await judge(gathered(embeddings, kept))
  const described = (session: Session) => embedBatch(session, images, Uint32Array.from(kept))
  const after = await judge(
    matrix(kept.length, embeddings.columns, await withSession(encoderTuned.model, { threads }, described)),
  )
  return {
    encoder: encoderTuned,
    tuned: tail.title,
    checks: fair.length,
    before: countOf(before),
    after: countOf(after),
    better: chanceOfGain(after, before) <= luck,
  }
}

async function* learn(input: FineTuneInput, tail: Tail, training: TrainingLabels): AsyncGenerator<Progress, TunedEncoder> {
  const { images, embeddings, seed, threads } = input
  const most = Math.min(mostImages, Math.floor(mostNumbers / viewCount / tail.features))
  const seen = rowsFrom(evenly(training.rows, most), images.count, most)
  const places = new Map(seen.map((row, at) => [row, at]))
  const known = pick(
    training,
    [...training.rows.keys()].filter((position) => places.has(training.rows[position]!)),
  )
  const session = await Session.create(tail.trunk, { threads })
  let views: Float32Array[]
  try {
    const describing = describeViews(session, subset(images, seen), seed)
    let part = await describing.next()
    for (; !part.done; part = await describing.next())
      yield atStage('Describing altered versions', part.value.done, part.value.total)
    views = part.value
  } finally {
    await session.dispose()
  }
  const learning = fixMatch({
    tail,
    views,
    spread: spreadOf(embeddings),
    rows: known.rows.map((row) => places.get(row)!),
    classes: known.classes,
    classCount: training.classCount,
    seed,
    threads,
  })
  let step = await learning.next()
  for (; !step.done; step = await learning.next()) yield atStage('Learning from your labels', step.value, fineTuneSteps)
  return tail.finish(step.value)
}

function evenly(rows: ArrayLike<number>, most: number): number[] {
  const stride = Math.ceil(rows.length / most)
  return Array.from(rows).filter((_, at) => at % stride === 0)
}

/** These rows and an even share of all others, ascending; about `most`, or more where these are more. */
function rowsFrom(rows: ArrayLike<number>, count: number, most: number): number[] {
  const kept = new Set(Array.from(rows))
  const stride = Math.ceil(count / Math.max(1, most - kept.size))
  for (let row = 0; row < count; row += stride) kept.add(row)
  return [...kept].sort((a, b) => a - b)
}

function gathered({ columns, data }: Matrix, rows: number[]): Matrix {
  const some = matrix(rows.length, columns)
  rows.forEach((row, at) => some.data.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  return some
}

/**
 * 1 for each fair label that the best head guesses right that learned from the others.
 * @param embeddings of the rows `kept`
 */
async function rightOnFair(
  embeddings: Matrix,
  kept: number[],
  training: TrainingLabels,
  fair: TrainingLabels,
  { seed, products }: FineTuneInput,
): Promise<Uint8Array> {
  const places = new Map(kept.map((row, at) => [row, at]))
  const x = centred(embeddings)
  const { k, ids, similarities } = await nearestNeighbours(x, neighbours, products)
  const labels = { ...training, rows: training.rows.map((row) => places.get(row)!) }
  const graph = spreadGraph(x.rows, k, ids, similarities)
  const input = { embeddings: x.data, rows: x.rows, dimensions: x.columns, graph, labels, products }
  const { probabilities } = (await fitBestHead(input, { seed, earlier: null })).fitted
  return Uint8Array.from(fair.rows, (row, at) =>
    likeliest(probabilities, places.get(row)!, labels.classCount) === fair.classes[at] ? 1 : 0,
  )
}
