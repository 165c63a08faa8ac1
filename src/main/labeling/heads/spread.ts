/**
 * Label spreading on the neighbour graph (Zhou et al. 2004, "Learning with local and global consistency"). It is linear in the labels: what
 * new labels change is spread by itself and added, and what a fold's labels gave is taken away to see them held out.
 */
import type { Fit, Graph, Head, HeadInput, Memory } from './head'
import { softmaxHead } from './softmax'

/** How much of a label comes from neighbours. */
const alpha = 0.9
/** Three digits at this α; two are enough where values are many. */
const steps = 16
const fewSteps = 10
const many = 1e6
/** Share of an even prior mixed into the estimated one: few labels estimate it badly. */
const evenShare = 0.3

export const spreadHead: Head = {
  id: 'spread',
  title: 'Label spreading',
  fewestPerClass: 1,
  async fit({ input, folds, memory, fitOf }) {
    const { rows, labels } = input
    const priors = classPriors(input, (await fitOf(softmaxHead)).probabilities)
    const columns = classColumns(input, memory)
    const totals = Float64Array.from(columns, (column) => column.reduce((sum, value) => sum + value, 0))
    const heldOut = folds ? holdOut(input, folds, columns, totals, priors) : new Float32Array(0)
    const probabilities = new Float32Array(rows * labels.classCount)
    columns.forEach((column, c) => {
      for (let row = 0, at = c; row < rows; row++, at += labels.classCount) probabilities[at] = column[row]!
    })
    const scales = scalesOf(totals, priors)
    for (let row = 0; row < rows; row++) normalize(probabilities, row * labels.classCount, scales, priors)
    return { probabilities, heldOut }
  },
}

/** A class's labels, spread. */
interface Spread {
  /** Weight of each labeled row. */
  seeds: ReadonlyMap<number, number>
  /** float32 [rows] */
  column: Float32Array
}

/** Spread labels of each class, from what was spread before and what the labels changed since. */
function classColumns({ graph, rows, labels }: HeadInput, memory: Memory): Float32Array[] {
  const { classCount, keys } = labels
  const before = keys && (memory.get('spread') as Map<string, Spread> | undefined)
  const spreads = Array.from({ length: classCount }, (_, c): Spread => {
    const seeds = new Map<number, number>()
    labels.rows.forEach((row, position) => {
      if (labels.classes[position] === c) seeds.set(row, (seeds.get(row) ?? 0) + labels.weights[position]!)
    })
    return { seeds, column: (keys && before?.get(keys[c]!)?.column.slice()) ?? new Float32Array(rows) }
  })
  const changes = spreads.map(({ seeds }, c) => difference(seeds, (keys && before?.get(keys[c]!)?.seeds) ?? new Map()))
  const changed = [...changes.keys()].filter((c) => changes[c]!.size > 0)
  const y = new Float32Array(rows * changed.length)
  changed.forEach((c, at) => changes[c]!.forEach((weight, row) => (y[row * changed.length + at] = weight)))
  const found = spread(graph, y, changed.length)
  changed.forEach((c, at) => {
    const { column } = spreads[c]!
    for (let row = 0; row < rows; row++) column[row]! += found[row * changed.length + at]!
  })
  if (keys) memory.set('spread', new Map(spreads.map((one, c) => [keys[c]!, one])))
  return spreads.map(({ column }) => column)
}

function difference(now: ReadonlyMap<number, number>, before: ReadonlyMap<number, number>): Map<number, number> {
  const changes = new Map<number, number>()
  for (const [row, weight] of now) if (weight !== before.get(row)) changes.set(row, weight - (before.get(row) ?? 0))
  for (const [row, weight] of before) if (!now.has(row)) changes.set(row, -weight)
  return changes
}

/** Every held-out label as the graph sees it without its fold: each fold's labels are spread by themselves and taken away. */
function holdOut(
  { graph, rows, labels }: HeadInput,
  folds: Int16Array,
  columns: Float32Array[],
  totals: Float64Array,
  priors: Float64Array,
): Fit['heldOut'] {
  const { classCount } = labels
  const partOf = new Map<number, number>()
  const held = [...folds.keys()].filter((position) => folds[position]! >= 0)
  const key = (position: number, c = labels.classes[position]!) => folds[position]! * classCount + c
  for (const position of held) if (!partOf.has(key(position))) partOf.set(key(position), partOf.size)
  const seeds = new Float32Array(rows * partOf.size)
  for (const position of held)
    seeds[labels.rows[position]! * partOf.size + partOf.get(key(position))!]! += labels.weights[position]!
  const parts = spread(graph, seeds, partOf.size)
  const partTotals = columnSums(parts, rows, partOf.size)
  const heldOut = new Float32Array(labels.rows.length * classCount)
  for (const position of held) {
    const row = labels.rows[position]!
    const mine = heldOut.subarray(position * classCount, (position + 1) * classCount)
    const rest = totals.slice()
    for (let c = 0; c < classCount; c++) {
      const part = partOf.get(key(position, c))
      mine[c] = columns[c]![row]! - (part === undefined ? 0 : parts[row * partOf.size + part]!)
      rest[c]! -= part === undefined ? 0 : partTotals[part]!
    }
    normalize(heldOut, position * classCount, scalesOf(rest, priors), priors)
  }
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
  const enough = y.length > many ? fewSteps : steps
  for (let step = 0; step < enough && columns > 0; step++) {
    omega = 1 / (1 - (alpha ** 2 * omega) / 4)
    if (columns === 1) relaxOne(graph, y, current, before, omega)
    else relax(graph, y, current, before, columns, omega)
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

/** As `relax`, for the one class that an answer more has changed. */
function relaxOne(
  { starts, targets, weights }: Graph,
  y: Float32Array,
  current: Float32Array,
  before: Float32Array,
  omega: number,
): void {
  for (let row = 0; row + 1 < starts.length; row++) {
    const end = starts[row + 1]!
    let sum = 0
    for (let at = starts[row]!; at < end; at++) sum += weights[at]! * current[targets[at]!]!
    before[row] = omega * (y[row]! + alpha * sum) + (1 - omega) * before[row]!
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

/** Class mass normalisation (Zhu et al. 2003): what brings the classes' totals to the priors. */
const scalesOf = (totals: Float64Array, priors: Float64Array) => totals.map((total, c) => (total > 1e-9 ? priors[c]! / total : 0))

/** One row from `start` on, in place: scaled, then sum 1; out of every label's reach, the priors. */
function normalize(values: Float32Array, start: number, scales: Float64Array, priors: Float64Array): void {
  let sum = 0
  for (let c = 0; c < scales.length; c++) sum += values[start + c] = Math.max(0, values[start + c]!) * scales[c]!
  for (let c = 0; c < scales.length; c++) values[start + c] = sum > 1e-20 ? values[start + c]! / sum : priors[c]!
}
