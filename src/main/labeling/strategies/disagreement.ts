/**
 * BALD (Houlsby et al. 2011) over an ensemble of softmax heads: where single heads are sure but differ. The heads are fitted on
 * Bayesian bootstraps of the labels (Rubin 1981): each label weighs a draw from the exponential distribution.
 */
import { draw, random } from '../../engine/random'
import { fitOneVsRest, type MultiLabels } from '../heads/one-vs-rest'
import { fitSoftmax, predictSoftmax } from '../heads/softmax'
import { bestApart } from './diverse'
import { binaryEntropy } from './entropy'
import { openRows, type Pool, type Strategy } from './strategy'
import { typical } from './typical'

const members = 4
/** L-BFGS steps of each. */
const steps = 12
/** Open rows that the ensemble looks at. */
const mostCandidates = 4000

export const disagreement: Strategy = {
  id: 'bald',
  async choose(pool, count, seed) {
    if (!pool.guesses) return typical.choose(pool, count, seed)
    const open = openRows(pool)
    const candidates = draw(open.length, mostCandidates, random(seed, 0xba1d))
      .sort()
      .map((at) => open[at]!)
    const shared = pool.multi ? sharedOfEach(pool, pool.multi, candidates, seed) : sharedInformation(pool, candidates, seed)
    const scores = new Float64Array(pool.labeled.length).fill(-1)
    candidates.forEach((row, at) => (scores[row] = shared[at]!))
    const rows = bestApart(pool, Math.min(count, candidates.length), (row) => scores[row]!)
    return rows.map((row) => ({ row, why: 'heads fitted on parts of your labels disagree about it' }))
  },
}

/** Mutual information of class and head: entropy of the mean guess less the mean entropy, nats. */
function sharedInformation({ embeddings: { columns, data }, labels }: Pool, candidates: Uint32Array, seed: number): Float64Array {
  const x = new Float32Array(candidates.length * columns)
  candidates.forEach((row, at) => x.set(data.subarray(row * columns, (row + 1) * columns), at * columns))
  const { classCount } = labels
  const mean = new Float64Array(candidates.length * classCount)
  const information = new Float64Array(candidates.length)
  for (let member = 0; member < members; member++) {
    const weights = bootstrap(labels.weights, random(seed, 0xb007, member))
    const start = new Float32Array(classCount * (columns + 1))
    const p = predictSoftmax(fitSoftmax(data, columns, { ...labels, weights }, { weights: start, steps }), x, candidates.length)
    p.forEach((value, at) => {
      mean[at]! += value / members
      if (value > 1e-9) information[Math.floor(at / classCount)]! += (value * Math.log(value)) / members
    })
  }
  mean.forEach((value, at) => {
    if (value > 1e-9) information[Math.floor(at / classCount)]! -= value * Math.log(value)
  })
  return information
}

/** The same of independent classes, each there or not, summed over them. */
function sharedOfEach({ embeddings }: Pool, labels: MultiLabels, candidates: Uint32Array, seed: number): Float64Array {
  const { columns: dimensions, data, rows } = embeddings
  const { classCount } = labels
  const mean = new Float64Array(candidates.length * classCount)
  const information = new Float64Array(candidates.length)
  for (let member = 0; member < members; member++) {
    const weights = bootstrap(new Float32Array(labels.rows.length).fill(1), random(seed, 0xb007, member))
    const targets = labels.targets.map((target, at) => target * weights[Math.floor(at / classCount)]!)
    const p = fitOneVsRest({ embeddings: data, rows, dimensions, labels: { ...labels, targets } }, candidates)
    p.forEach((value, at) => {
      mean[at]! += value / members
      information[Math.floor(at / classCount)]! -= binaryEntropy(value) / members
    })
  }
  mean.forEach((value, at) => (information[Math.floor(at / classCount)]! += binaryEntropy(value)))
  return information
}

function bootstrap(weights: Float32Array, draws: { next(): number }): Float32Array {
  return weights.map((weight) => -weight * Math.log(1 - draws.next()))
}
