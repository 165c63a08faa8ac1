/**
 * FixMatch (Sohn et al. 2020) on a residual block behind an encoder: labels teach the labeled images; for the others the sure guess on a weak
 * view teaches the strong one, so that views agree. The block becomes part of the encoder, the classifier behind it is thrown away.
 */
import { compile } from '../../engine/compile'
import { random } from '../../engine/random'
import { float32, tensor, type Tensor } from '../../engine/tensor'
import { tf } from '../../engine/tfjs'
import { lossAndGradients } from '../../engine/training/gradients'
import { adamW } from '../../engine/training/optimizers'
import { warmUpCosine } from '../../engine/training/schedule'
import type { Tensors, Values } from '../../engine/program'
import { strongViews, weakViews } from './described-views'

export interface Block {
  dimensions: number
  hidden: number
  /** Taken away from embeddings, then they are divided by `scale`. */
  mean: Float32Array
  scale: number
  /** [dimensions, hidden], [hidden], [hidden, dimensions] */
  first: Float32Array
  bias: Float32Array
  second: Float32Array
}

export interface FixMatchInput {
  /** See describeViews. */
  views: readonly Float32Array[]
  dimensions: number
  /** Image and class of each label. */
  rows: ArrayLike<number>
  classes: ArrayLike<number>
  classCount: number
  seed: number
  threads: number
}

export const fineTuneSteps = 600
const hidden = 256
const labeledBatch = 64
const openBatch = 192
const learningRate = 2e-3
/** A guess at least this sure is a pseudo-label. */
const sure = 0.9

/** Yields steps done. */
export async function* fixMatch(input: FixMatchInput): AsyncGenerator<number, Block> {
  const { dimensions, classCount, seed, threads } = input
  const { mean, scale } = spreadOf(input.views[0]!, dimensions)
  const weights = startOf(dimensions, classCount, seed)
  const optimizer = adamW({ decay: 0.02 })
  const state = optimizer.init(weights)
  const rates = Object.keys(optimizer.rates(1, 1))
  const step = await compile(
    (variables, { labeled, truth, weak, strong, ...rest }) => {
      const mine = only(variables, weights)
      const { loss, gradients, others } = lossAndGradients((moving) => {
        const parts = lossOf(moving, { labeled: labeled!, truth: truth!, weak: weak!, strong: strong! })
        return { loss: tf.add(parts.labels, parts.agreement), others: parts }
      }, mine)
      const moved = optimizer.update(mine, gradients, only(variables, state), rest)
      return { variables: { ...moved.weights, ...moved.state }, outputs: { loss, labels: others.labels, sure: others.sure } }
    },
    {
      variables: { ...weights, ...state },
      inputs: {
        labeled: { shape: [labeledBatch, dimensions] },
        truth: { shape: [labeledBatch, classCount] },
        weak: { shape: [openBatch, dimensions] },
        strong: { shape: [openBatch, dimensions] },
        ...Object.fromEntries(rates.map((name) => [name, { shape: [] }])),
      },
      session: { threads },
    },
  )
  try {
    for (let at = 1; at <= fineTuneSteps; at++) {
      const rate = warmUpCosine(at, { peak: learningRate, steps: fineTuneSteps, warmUp: 30 })
      const fed = Object.entries(optimizer.rates(rate, at)).map(([name, value]) => [name, float32([], [value])] as const)
      await step.run({ ...batchAt(input, at, mean, scale), ...Object.fromEntries(fed) })
      if (at % 10 === 0) yield at
    }
    const { first, bias, second } = step.variables()
    const values = (one: Tensor | undefined) => one!.data as Float32Array
    return { dimensions, hidden, mean, scale, first: values(first), bias: values(bias), second: values(second) }
  } finally {
    await step.dispose()
  }
}

/** x + W₂ relu(W₁ x + b): starts as what it is given, since W₂ starts at 0. */
const blockOf = (x: tf.Tensor, { first, bias, second }: Tensors): tf.Tensor =>
  tf.add(
    x,
    tf.matMul(tf.relu<tf.Tensor2D>(tf.add(tf.matMul(x as tf.Tensor2D, first as tf.Tensor2D), bias!)), second as tf.Tensor2D),
  )

function lossOf(weights: Tensors, batch: Record<'labeled' | 'truth' | 'weak' | 'strong', tf.Tensor>) {
  const scores = (x: tf.Tensor) =>
    tf.add(tf.matMul(blockOf(x, weights) as tf.Tensor2D, weights['classifier'] as tf.Tensor2D), weights['offset']!)
  const crossEntropy = (logits: tf.Tensor, truth: tf.Tensor) => tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits)), -1))
  const labels = tf.mean(crossEntropy(scores(batch.labeled), batch.truth))
  const guess = tf.softmax(scores(batch.weak))
  const best = tf.max(guess, -1, true)
  const isSure = tf.cast(tf.greaterEqual(best, sure), 'float32')
  const pseudo = stopped(tf.mul(tf.cast(tf.greaterEqual(guess, best), 'float32'), isSure))
  const agreement = tf.mean(crossEntropy(scores(batch.strong), pseudo))
  return { labels, agreement, sure: tf.mean(isSure) }
}

/** Comparisons pass no gradient on; this says so to the reader and to tfjs. */
const stopped = (x: tf.Tensor): tf.Tensor =>
  tf.customGrad((value) => ({ value: tf.clone(value as tf.Tensor), gradFunc: (dy) => tf.zerosLike(dy) }))(x)

function startOf(dimensions: number, classCount: number, seed: number): Record<string, Tensor> {
  const draws = random(seed, 0xf1)
  const normal = (rows: number, columns: number, deviation: number) =>
    float32(
      [rows, columns],
      Float32Array.from({ length: rows * columns }, () => deviation * draws.normal()),
    )
  return {
    first: normal(dimensions, hidden, Math.sqrt(2 / dimensions)),
    bias: float32([hidden], new Float32Array(hidden)),
    second: float32([hidden, dimensions], new Float32Array(hidden * dimensions)),
    classifier: normal(dimensions, classCount, 0.01),
    offset: float32([classCount], new Float32Array(classCount)),
  }
}

function spreadOf(plain: Float32Array, dimensions: number): { mean: Float32Array; scale: number } {
  const mean = new Float64Array(dimensions)
  const rows = plain.length / dimensions
  plain.forEach((value, at) => (mean[at % dimensions]! += value / rows))
  const square = plain.reduce((sum, value, at) => sum + (value - mean[at % dimensions]!) ** 2, 0)
  return { mean: Float32Array.from(mean), scale: Math.sqrt(square / plain.length) || 1 }
}

function batchAt(
  { views, dimensions, rows, classes, classCount, seed }: FixMatchInput,
  step: number,
  mean: Float32Array,
  scale: number,
) {
  const draws = random(seed, 0xba7c, step)
  const images = views[0]!.length / dimensions
  const put = (to: Float32Array, at: number, view: number, row: number) => {
    const from = views[view]!
    for (let d = 0; d < dimensions; d++) to[at * dimensions + d] = (from[row * dimensions + d]! - mean[d]!) / scale
  }
  const labeled = new Float32Array(labeledBatch * dimensions)
  const truth = new Float32Array(labeledBatch * classCount)
  for (let at = 0; at < labeledBatch; at++) {
    const position = draws.below(rows.length)
    put(labeled, at, draws.below(1 + weakViews + strongViews), rows[position]!)
    truth[at * classCount + classes[position]!] = 1
  }
  const [weak, strong] = [new Float32Array(openBatch * dimensions), new Float32Array(openBatch * dimensions)]
  for (let at = 0; at < openBatch; at++) {
    const row = draws.below(images)
    put(weak, at, draws.below(1 + weakViews), row)
    put(strong, at, 1 + weakViews + draws.below(strongViews), row)
  }
  return {
    labeled: tensor('float32', [labeledBatch, dimensions], labeled),
    truth: tensor('float32', [labeledBatch, classCount], truth),
    weak: tensor('float32', [openBatch, dimensions], weak),
    strong: tensor('float32', [openBatch, dimensions], strong),
  }
}

/** Embeddings behind the block: float32 [rows, dimensions]. */
export function throughBlock(
  { dimensions, hidden, mean, scale, first, bias, second }: Block,
  embeddings: Float32Array,
): Float32Array {
  const result = new Float32Array(embeddings.length)
  const inner = new Float64Array(hidden)
  for (let start = 0; start < embeddings.length; start += dimensions) {
    for (let d = 0; d < dimensions; d++) result[start + d] = (embeddings[start + d]! - mean[d]!) / scale
    inner.set(bias)
    for (let d = 0; d < dimensions; d++) for (let h = 0; h < hidden; h++) inner[h]! += result[start + d]! * first[d * hidden + h]!
    for (let h = 0; h < hidden; h++) {
      if (inner[h]! <= 0) continue
      for (let d = 0; d < dimensions; d++) result[start + d]! += inner[h]! * second[h * dimensions + d]!
    }
  }
  return result
}

function only(tensors: Tensors, names: Values): Tensors {
  return Object.fromEntries(Object.keys(names).map((name) => [name, tensors[name]!]))
}
