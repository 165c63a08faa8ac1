/**
 * Label spreading on the neighbour graph (Zhou et al. 2004, "Learning with local and global consistency"). It is linear in the labels:
 * solved for each fold's labels apart, the sum is the fit and the rest of the sum cross-validates it.
 */
import type { Fit, FitContext, Graph, Head, HeadInput } from './head'
import { softmaxHead } from './softmax'

/** How much of a label comes from neighbours. */
const alpha = 0.95
/** Three digits at this α. */
const steps = 24
/** Share of an even prior mixed into the estimated one: few labels estimate it badly. */
const evenShare = 0.3

export const spreadHead: Head = {
  id: 'spread',
  title: 'Label spreading',
  fit({ input, folds, fitOf }) {
    const priors = classPriors(input, fitOf(softmaxHead).probabilities)
    const parts = spreadParts(input, folds)
    const scores = new Float32Array(input.rows * input.labels.classCount)
    for (let row = 0, to = 0; row < input.rows; row++, to += input.labels.classCount) {
      for (let part = 0; part < parts.count; part++) scores[to + parts.classes[part]!]! += parts.values[row * parts.count + part]!
    }
    const totals = columnSums(scores, input.rows, input.labels.classCount)
    const heldOut = folds ? holdOut(input, folds, parts, scores, totals, priors) : new Float32Array(0)
    for (let start = 0; start < scores.length; start += priors.length) {
      normalize(scores.subarray(start, start + priors.length), totals, priors)
    }
    return { probabilities: scores, heldOut }
  },
}

/** Spread labels by fold and class. */
interface Parts {
  count: number
  folds: Int16Array
  classes: Uint16Array
  /** float32 [rows, count] */
  values: Float32Array
  /** Sum of each part over the rows. */
  totals: Float64Array
}

function spreadParts({ graph, rows, labels }: HeadInput, folds: FitContext['folds']): Parts {
  const partOf = new Map<number, number>()
  const key = (position: number) => ((folds?.[position] ?? -1) + 1) * labels.classCount + labels.classes[position]!
  labels.rows.forEach((_, position) => {
    if (!partOf.has(key(position))) partOf.set(key(position), partOf.size)
  })
  const count = partOf.size
  const seeds = new Float32Array(rows * count)
  labels.rows.forEach((row, position) => (seeds[row * count + partOf.get(key(position))!]! += labels.weights[position]!))
  const values = spread(graph, seeds, count)
  return {
    count,
    folds: Int16Array.from(partOf.keys(), (one) => Math.floor(one / labels.classCount) - 1),
    classes: Uint16Array.from(partOf.keys(), (one) => one % labels.classCount),
    values,
    totals: columnSums(values, rows, count),
  }
}

function holdOut(
  { labels }: HeadInput,
  folds: Int16Array,
  parts: Parts,
  scores: Float32Array,
  totals: Float64Array,
  priors: Float64Array,
): Fit['heldOut'] {
  const { classCount } = labels
  const heldOut = new Float32Array(labels.rows.length * classCount)
  folds.forEach((fold, position) => {
    if (fold < 0) return
    const row = labels.rows[position]!
    const mine = heldOut.subarray(position * classCount, (position + 1) * classCount)
    mine.set(scores.subarray(row * classCount, (row + 1) * classCount))
    const rest = totals.slice()
    for (let part = 0; part < parts.count; part++) {
      if (parts.folds[part] !== fold) continue
      mine[parts.classes[part]!]! -= parts.values[row * parts.count + part]!
      rest[parts.classes[part]!]! -= parts.totals[part]!
    }
    normalize(mine, rest, priors)
  })
  return heldOut
}

/**
 * Solves (I − αS) F = Y by Chebyshev's semi-iteration (Golub & Varga 1961): the eigenvalues of αS lie in [−α, α].
 * @param y float32 [rows, columns]
 */
export function spread(graph: Graph, y: Float32Array, columns: number): Float32Array {
  let before = new Float32Array(y.length)
  let current = y.slice()
  let omega = 2
  for (let step = 0; step < steps; step++) {
    omega = 1 / (1 - (alpha ** 2 * omega) / 4)
    relax(graph, y, current, before, columns, omega)
    ;[before, current] = [current, before]
  }
  return current
}

/** before ← ω (αS current + y − before) + before */
function relax(
  { starts, targets, weights }: Graph,
  y: Float32Array,
  current: Float32Array,
  before: Float32Array,
  columns: number,
  omega: number,
): void {
  const sums = new Float32Array(columns)
  for (let row = 0; row + 1 < starts.length; row++) {
    const to = row * columns
    for (let c = 0; c < columns; c++) sums[c] = y[to + c]!
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const scale = alpha * weights[at]!
      const from = targets[at]! * columns
      for (let c = 0; c < columns; c++) sums[c]! += scale * current[from + c]!
    }
    for (let c = 0; c < columns; c++) before[to + c] = omega * sums[c]! + (1 - omega) * before[to + c]!
  }
}

function columnSums(values: Float32Array, rows: number, columns: number): Float64Array {
  const sums = new Float64Array(columns)
  for (let row = 0, at = 0; row < rows; row++) for (let c = 0; c < columns; c++, at++) sums[c]! += values[at]!
  return sums
}

/** How frequent the classes are in the folder: the softmax head's mean, with some of an even share. */
function classPriors({ rows, labels: { classCount } }: HeadInput, probabilities: Float32Array): Float64Array {
  return columnSums(probabilities, rows, classCount).map((sum) => ((1 - evenShare) * sum) / rows + evenShare / classCount)
}

/** One row, in place: class mass normalisation (Zhu et al. 2003) to the priors, then sum 1; out of every label's reach, the priors. */
function normalize(row: Float32Array, totals: Float64Array, priors: Float64Array): void {
  let sum = 0
  for (let c = 0; c < row.length; c++) {
    const scale = totals[c]! > 1e-9 ? priors[c]! / totals[c]! : 0
    sum += row[c] = Math.max(0, row[c]!) * scale
  }
  for (let c = 0; c < row.length; c++) row[c] = sum > 1e-20 ? row[c]! / sum : priors[c]!
}
