/**
 * FixMatch (Sohn et al. 2020) on the end of an encoder: labels teach the labeled images; for the others the sure guess on a weak view teaches
 * the strong one, so that views agree. The classifier behind it is thrown away.
 */
import { compile } from '../../engine/compile'
import type { Tensors, Values } from '../../engine/program'
import { random } from '../../engine/random'
import { float32, tensor, type Tensor } from '../../engine/tensor'
import { tf } from '../../engine/tfjs'
import { lossAndGradients } from '../../engine/training/gradients'
import { adamW } from '../../engine/training/optimizers'
import { warmUpCosine } from '../../engine/training/schedule'
import { strongViews, weakViews } from './described-views'
import type { Spread } from './spread'
import type { Tail } from './tail'

export interface FixMatchInput {
  tail: Tail
  /** See describeViews. */
  views: readonly Float32Array[]
  /** Of the embeddings before. */
  spread: Spread
  /** Image and class of each label. */
  rows: ArrayLike<number>
  classes: ArrayLike<number>
  classCount: number
  seed: number
  threads: number
}

export const fineTuneSteps = 600
const labeledBatch = 64
const openBatch = 192
/** A guess at least this sure is a pseudo-label. */
const sure = 0.9

/** Yields steps done. @returns the weights of the tail */
export async function* fixMatch(input: FixMatchInput): AsyncGenerator<number, Values> {
  const { tail, spread, classCount, seed, threads } = input
  const weights = { ...tail.weights, ...classifierOf(spread.mean.length, classCount, seed) }
  const optimizer = adamW({ decay: 0.02 })
  const state = optimizer.init(weights)
  const rates = Object.keys(optimizer.rates(1, 1))
  const step = await compile(
    (variables, { labeled, truth, weak, strong, ...rest }) => {
      const mine = only(variables, weights)
      const { loss, gradients, others } = lossAndGradients((moving) => {
        const batch = { labeled: labeled!, truth: truth!, weak: weak!, strong: strong! }
        const parts = lossOf((x) => scoresOf(x, moving, input), batch)
        return { loss: tf.add(parts.labels, parts.agreement), others: parts }
      }, mine)
      const moved = optimizer.update(mine, gradients, only(variables, state), rest)
      return { variables: { ...moved.weights, ...moved.state }, outputs: { loss, labels: others.labels, sure: others.sure } }
    },
    {
      variables: { ...weights, ...state },
      inputs: {
        labeled: { shape: [labeledBatch, tail.features] },
        truth: { shape: [labeledBatch, classCount] },
        weak: { shape: [openBatch, tail.features] },
        strong: { shape: [openBatch, tail.features] },
        ...Object.fromEntries(rates.map((name) => [name, { shape: [] }])),
      },
      session: { threads },
    },
  )
  try {
    for (let at = 1; at <= fineTuneSteps; at++) {
      const rate = warmUpCosine(at, { peak: tail.learningRate, steps: fineTuneSteps, warmUp: 30 })
      const fed = Object.entries(optimizer.rates(rate, at)).map(([name, value]) => [name, float32([], [value])] as const)
      await step.run({ ...batchAt(input, at), ...Object.fromEntries(fed) })
      if (at % 10 === 0) yield at
    }
    return only(step.variables(), tail.weights)
  } finally {
    await step.dispose()
  }
}

/** Logits: [batch, features] → [batch, classes]. */
function scoresOf(x: tf.Tensor, weights: Tensors, { tail, spread: { mean, scale } }: FixMatchInput): tf.Tensor {
  const embeddings: tf.Tensor2D = tf.div(tf.sub(tail.apply(x, weights), mean), scale)
  return tf.add(tf.matMul(embeddings, weights['classifier'] as tf.Tensor2D), weights['offset']!)
}

function lossOf(scores: (x: tf.Tensor) => tf.Tensor, batch: Record<'labeled' | 'truth' | 'weak' | 'strong', tf.Tensor>) {
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

function classifierOf(dimensions: number, classCount: number, seed: number): Record<string, Tensor> {
  const draws = random(seed, 0xc1)
  const start = Float32Array.from({ length: dimensions * classCount }, () => 0.01 * draws.normal())
  return { classifier: float32([dimensions, classCount], start), offset: float32([classCount], new Float32Array(classCount)) }
}

function batchAt({ tail: { features }, views, rows, classes, classCount, seed }: FixMatchInput, step: number) {
  const draws = random(seed, 0xba7c, step)
  const images = views[0]!.length / features
  const put = (to: Float32Array, at: number, view: number, row: number) =>
    to.set(views[view]!.subarray(row * features, (row + 1) * features), at * features)
  const labeled = new Float32Array(labeledBatch * features)
  const truth = new Float32Array(labeledBatch * classCount)
  for (let at = 0; at < labeledBatch; at++) {
    const position = draws.below(rows.length)
    put(labeled, at, draws.below(1 + weakViews + strongViews), rows[position]!)
    truth[at * classCount + classes[position]!] = 1
  }
  const [weak, strong] = [new Float32Array(openBatch * features), new Float32Array(openBatch * features)]
  for (let at = 0; at < openBatch; at++) {
    const row = draws.below(images)
    put(weak, at, draws.below(1 + weakViews), row)
    put(strong, at, 1 + weakViews + draws.below(strongViews), row)
  }
  return {
    labeled: tensor('float32', [labeledBatch, features], labeled),
    truth: tensor('float32', [labeledBatch, classCount], truth),
    weak: tensor('float32', [openBatch, features], weak),
    strong: tensor('float32', [openBatch, features], strong),
  }
}

function only<T>(tensors: Readonly<Record<string, T>>, names: object): Record<string, T> {
  return Object.fromEntries(Object.keys(names).map((name) => [name, tensors[name]!]))
}
