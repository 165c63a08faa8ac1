/** Label spreading on the neighbour graph (Zhou et al. 2004, "Learning with local and global consistency"). */
import type { Graph, Head, HeadInput, Probabilities } from './head'
import { softmaxHead } from './softmax'

/** How much of a label comes from neighbours. */
const alpha = 0.95
/** Conjugate gradients reach three digits in about so many steps at this α. */
const steps = 25
const tolerance = 1e-4
/** Share of an even prior mixed into the estimated one: few labels estimate it badly. */
const evenShare = 0.3

export const spreadHead: Head = {
  id: 'spread',
  title: 'Label spreading',
  fit(input) {
    const { classCount } = input.labels
    const mass = spread(input.graph, seeds(input), classCount)
    return normalize(mass, classPriors(input), classCount, softmaxHead.fit(input))
  },
}

/**
 * Cosine⁴ weights of the neighbours, made symmetric by the larger of both directions, then normalised.
 * @param ids int32 [rows, k], −1 where a row has fewer neighbours
 * @param similarities float32 [rows, k], cosine
 */
export function spreadGraph(rows: number, k: number, ids: Int32Array, similarities: Float32Array): Graph {
  const edges: Map<number, number>[] = Array.from({ length: rows }, () => new Map<number, number>())
  for (let row = 0; row < rows; row++) {
    for (let at = row * k; at < (row + 1) * k; at++) {
      const other = ids[at]!
      if (other < 0 || other === row) continue
      const weight = Math.max(similarities[at]!, 0) ** 4 + 1e-9
      edges[row]!.set(other, Math.max(weight, edges[row]!.get(other) ?? 0))
      edges[other]!.set(row, Math.max(weight, edges[other]!.get(row) ?? 0))
    }
  }
  const degrees = edges.map((row) => [...row.values()].reduce((sum, weight) => sum + weight, 1e-9))
  const starts = new Uint32Array(rows + 1)
  edges.forEach((row, index) => (starts[index + 1] = starts[index]! + row.size))
  const targets = new Uint32Array(starts[rows]!)
  const weights = new Float32Array(starts[rows]!)
  edges.forEach((row, index) => {
    let at = starts[index]!
    for (const [other, weight] of row) {
      targets[at] = other
      weights[at++] = weight / Math.sqrt(degrees[index]! * degrees[other]!)
    }
  })
  return { starts, targets, weights }
}

/** One-hot rows of the labels, times their weight: float32 [rows, classCount]. */
function seeds({ rows, labels }: HeadInput): Float32Array {
  const result = new Float32Array(rows * labels.classCount)
  labels.rows.forEach((row, index) => (result[row * labels.classCount + labels.classes[index]!]! += labels.weights[index]!))
  return result
}

/** Solves (I − αS) F = Y by conjugate gradients, all columns at once. */
export function spread(graph: Graph, y: Float32Array, columns: number): Float32Array {
  const rows = graph.starts.length - 1
  const f = new Float32Array(y.length)
  const residual = y.slice()
  const direction = y.slice()
  let before = columnDots(residual, residual, rows, columns)
  const goal = before.map((value) => value * tolerance ** 2)
  for (let step = 0; step < steps && before.some((value, c) => value > goal[c]!); step++) {
    const image = apply(graph, direction, columns)
    const curvature = columnDots(direction, image, rows, columns)
    const size = before.map((value, c) => (curvature[c]! > 0 ? value / curvature[c]! : 0))
    for (let at = 0; at < f.length; at++) {
      const c = at % columns
      f[at]! += size[c]! * direction[at]!
      residual[at]! -= size[c]! * image[at]!
    }
    const after = columnDots(residual, residual, rows, columns)
    for (let at = 0; at < f.length; at++) {
      const c = at % columns
      direction[at] = residual[at]! + (before[c]! > 0 ? after[c]! / before[c]! : 0) * direction[at]!
    }
    before = after
  }
  return f
}

/** (I − αS) x */
function apply({ starts, targets, weights }: Graph, x: Float32Array, columns: number): Float32Array {
  const result = x.slice()
  for (let row = 0; row + 1 < starts.length; row++) {
    const to = row * columns
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const scale = alpha * weights[at]!
      const from = targets[at]! * columns
      for (let c = 0; c < columns; c++) result[to + c]! -= scale * x[from + c]!
    }
  }
  return result
}

function columnDots(a: Float32Array, b: Float32Array, rows: number, columns: number): Float64Array {
  const sums = new Float64Array(columns)
  for (let row = 0, at = 0; row < rows; row++) for (let c = 0; c < columns; c++, at++) sums[c]! += a[at]! * b[at]!
  return sums
}

/** How frequent the classes are in the folder: the softmax head's mean, with some of an even share. */
function classPriors(input: HeadInput): Float64Array {
  const { classCount } = input.labels
  const probabilities = softmaxHead.fit(input)
  const means = new Float64Array(classCount)
  for (let at = 0; at < probabilities.length; at++) means[at % classCount]! += probabilities[at]! / input.rows
  return means.map((mean) => (1 - evenShare) * mean + evenShare / classCount)
}

/** Class mass normalisation (Zhu et al. 2003) to the priors, then rows to sum 1; rows out of every label's reach take `otherwise`. */
function normalize(mass: Float32Array, priors: Float64Array, classCount: number, otherwise: Probabilities): Probabilities {
  const totals = new Float64Array(classCount)
  for (let at = 0; at < mass.length; at++) totals[at % classCount]! += mass[at] = Math.max(0, mass[at]!)
  const scale = priors.map((prior, c) => (totals[c]! > 0 ? prior / totals[c]! : 0))
  for (let start = 0; start < mass.length; start += classCount) {
    let sum = 0
    for (let c = 0; c < classCount; c++) sum += mass[start + c]! *= scale[c]!
    for (let c = 0; c < classCount; c++) mass[start + c] = sum > 1e-12 ? mass[start + c]! / sum : otherwise[start + c]!
  }
  return mass
}
