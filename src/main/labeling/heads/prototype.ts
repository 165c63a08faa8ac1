/** Nearest prototype (Snell, Swersky & Zemel 2017): the class whose labels' mean direction is closest; works from one label a class. */
import { matrix } from '../../engine/linear-algebra'
import type { FitContext, Head, TrainingLabels } from './head'
import { softmax } from './softmax-objective'

/** Cosines to logits; calibration puts the confidence right. */
const sharpness = 10

export const prototypeHead: Head = {
  id: 'prototype',
  title: 'Nearest prototype',
  fewestPerClass: 1,
  async fit({ input, folds }) {
    const { embeddings, rows, dimensions, labels, products } = input
    const { classCount } = labels
    const sums = classSums(embeddings, dimensions, labels)
    const means = matrix(classCount, dimensions)
    for (let c = 0; c < classCount; c++)
      means.data.set(direction(sums.subarray(c * dimensions, (c + 1) * dimensions)), c * dimensions)
    const { data } = await products.productRight(matrix(rows, dimensions, embeddings), means)
    for (let start = 0; start < data.length; start += classCount) sharpened(data.subarray(start, start + classCount))
    return { probabilities: data, heldOut: folds ? holdOut(input, folds, sums) : new Float32Array(0) }
  },
}

/** float64 [classCount, dimensions] */
function classSums(
  embeddings: Float32Array,
  dimensions: number,
  { rows, classes, weights, classCount }: TrainingLabels,
): Float64Array {
  const sums = new Float64Array(classCount * dimensions)
  rows.forEach((row, position) => add(sums, classes[position]!, embeddings, row, dimensions, weights[position]!))
  return sums
}

function add(sums: Float64Array, c: number, embeddings: Float32Array, row: number, dimensions: number, weight: number): void {
  for (let d = 0; d < dimensions; d++) sums[c * dimensions + d]! += weight * embeddings[row * dimensions + d]!
}

function direction(sum: Float64Array): Float64Array {
  const length = Math.hypot(...sum)
  return length > 0 ? sum.map((value) => value / length) : sum
}

/** In place. */
function sharpened(cosines: Float32Array): void {
  for (let c = 0; c < cosines.length; c++) cosines[c]! *= sharpness
  softmax(cosines)
}

/** Each fold's labels by the prototypes of the others. */
function holdOut({ embeddings, dimensions, labels }: FitContext['input'], folds: Int16Array, sums: Float64Array): Float32Array {
  const { rows, classes, weights, classCount } = labels
  const heldOut = new Float32Array(rows.length * classCount)
  for (const [fold, positions] of Map.groupBy(folds.keys(), (position) => folds[position]!)) {
    if (fold < 0) continue
    const rest = sums.slice()
    for (const position of positions) add(rest, classes[position]!, embeddings, rows[position]!, dimensions, -weights[position]!)
    const means = Array.from({ length: classCount }, (_, c) => direction(rest.subarray(c * dimensions, (c + 1) * dimensions)))
    for (const position of positions) {
      const mine = heldOut.subarray(position * classCount, (position + 1) * classCount)
      const start = rows[position]! * dimensions
      means.forEach((mean, c) => (mine[c] = mean.reduce((sum, value, d) => sum + value * embeddings[start + d]!, 0)))
      sharpened(mine)
    }
  }
  return heldOut
}
