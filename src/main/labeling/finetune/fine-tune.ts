/** Fine-tuning from a run's encoder and its labels to a block that makes it better, or to the finding that it is not better. */
import type { Progress } from '@shared/model'
import { centred, nearestNeighbours } from '../../cluster/neighbours'
import { Graph, type Value } from '../../engine/graph'
import { type Matrix, matrix, type MatrixProducts } from '../../engine/linear-algebra'
import { Session } from '../../engine/session'
import { chanceOfGain, countOf } from '../../evaluate/ranking'
import { type ImageSource, subset } from '../../views/images'
import { likeliest } from '../heads/calibration'
import type { TrainingLabels } from '../heads/head'
import { fitBestHead } from '../heads/select'
import { pick } from '../heads/softmax'
import { spreadGraph } from '../heads/spread-graph'
import { describeViews } from './described-views'
import { type Block, fineTuneSteps, fixMatch, throughBlock } from './fix-match'

export interface FineTuneInput {
  /** ONNX: images uint8 → embeddings float32. */
  encoder: Uint8Array
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
  block: Block
  /** Fair samples, and how many are guessed right with the encoder before and after. */
  checks: number
  before: number
  after: number
  /** Whether more of the same checks are right after it than luck explains. */
  better: boolean
}

/** Images that views are made of, beside the labeled ones. */
const mostImages = 2500
const neighbours = 10
/** A gain that equals show more often than this proves nothing. */
const luck = 0.025

export async function* fineTune(input: FineTuneInput): AsyncGenerator<Progress, FineTuned> {
  const { images, labels, fair, embeddings, seed, threads, products } = input
  const training = pick(
    labels,
    [...labels.rows.keys()].filter((position) => !fair.includes(position)),
  )
  const kept = keptRows(labels, images.count)
  const places = new Map(kept.map((row, at) => [row, at]))
  const learning = fixMatch({
    views: yield* views(input, kept),
    dimensions: embeddings.columns,
    rows: training.rows.map((row) => places.get(row)!),
    classes: training.classes,
    classCount: labels.classCount,
    seed,
    threads,
  })
  let step = await learning.next()
  for (; !step.done; step = await learning.next()) yield stage('Learning from your labels', step.value, fineTuneSteps)
  const block = step.value
  yield stage('Comparing with before', 0, 1)
  const judge = (of: Matrix) => rightOnFair(of, kept, training, pick(labels, [...fair]), seed, products)
  const before = await judge(embeddings)
  const after = await judge(matrix(embeddings.rows, embeddings.columns, throughBlock(block, embeddings.data)))
  return {
    block,
    checks: fair.length,
    before: countOf(before),
    after: countOf(after),
    better: chanceOfGain(after, before) <= luck,
  }
}

async function* views(
  { encoder, images, seed, threads }: FineTuneInput,
  kept: number[],
): AsyncGenerator<Progress, Float32Array[]> {
  const session = await Session.create(encoder, { threads })
  try {
    const describing = describeViews(session, subset(images, kept), seed)
    let part = await describing.next()
    for (; !part.done; part = await describing.next())
      yield stage('Describing altered versions', part.value.done, part.value.total)
    return part.value
  } finally {
    await session.dispose()
  }
}

const stage = (name: string, done: number, total: number): Progress => ({
  stage: name,
  done,
  total,
  rate: null,
  secondsLeft: null,
  values: {},
})

/** Every labeled row and an even share of the others, ascending. */
function keptRows(labels: TrainingLabels, rows: number): number[] {
  const stride = Math.ceil(rows / mostImages)
  const kept = new Set(labels.rows)
  for (let row = 0; row < rows; row += stride) kept.add(row)
  return [...kept].sort((a, b) => a - b)
}

/** 1 for each fair label that the best head guesses right that learned from the others. */
async function rightOnFair(
  embeddings: Matrix,
  kept: number[],
  training: TrainingLabels,
  fair: TrainingLabels,
  seed: number,
  products: MatrixProducts,
): Promise<Uint8Array> {
  const { columns, data } = embeddings
  const places = new Map(kept.map((row, at) => [row, at]))
  const gathered = matrix(kept.length, columns)
  kept.forEach((row, at) => gathered.data.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  const x = centred(gathered)
  const { k, ids, similarities } = await nearestNeighbours(x, neighbours, products)
  const labels = { ...training, rows: training.rows.map((row) => places.get(row)!) }
  const graph = spreadGraph(x.rows, k, ids, similarities)
  const input = { embeddings: x.data, rows: x.rows, dimensions: x.columns, graph, labels, products }
  const { probabilities } = (await fitBestHead(input, { seed, earlier: null })).fitted
  return Uint8Array.from(fair.rows, (row, at) =>
    likeliest(probabilities, places.get(row)!, labels.classCount) === fair.classes[at] ? 1 : 0,
  )
}

/** The block as nodes behind the value `embeddings` of an encoder's graph; `name` is the name of its one output and the prefix of the others. */
export function blockGraph(
  { dimensions, hidden, mean, scale, first, bias, second }: Block,
  embeddings: Value,
  name: string,
): Graph {
  const graph = new Graph(name, `${name}/`)
  const x = graph.node('Div', [
    graph.node('Sub', [embeddings, graph.float(mean, [dimensions])]),
    graph.float(Float32Array.of(scale), [1]),
  ])
  const product = graph.node('MatMul', [x, graph.float(first, [dimensions, hidden])])
  const inner = graph.node('Relu', [graph.node('Add', [product, graph.float(bias, [hidden])])])
  const moved = graph.node('MatMul', [inner, graph.float(second, [hidden, dimensions])])
  graph.output(graph.node('Add', [x, moved], {}, { output: name }), 'float32', ['batch', dimensions])
  return graph
}
