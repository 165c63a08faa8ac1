/** Loss and gradient of multinomial logistic regression, written for speed: most of a refit is spent here. */
import type { TrainingLabels } from './head'

/** Weight of the squared norm against the loss per label: scikit-learn's C = 33. */
const inverseC = 0.03

/** Loss and gradient at given weights, for L-BFGS and for tests. */
export function softmaxObjective(
  embeddings: Float32Array,
  dimensions: number,
  { rows, classes, weights, classCount }: TrainingLabels,
) {
  const width = dimensions + 1
  const count = rows.length
  // Gathered once, with 1 for the bias, in the precision that is computed with.
  const x = new Float64Array(count * width).fill(1)
  rows.forEach((row, at) => x.set(embeddings.subarray(row * dimensions, (row + 1) * dimensions), at * width))
  const p = new Float64Array(classCount)
  const slopes = new Float64Array(classCount * count)
  return (at: Float64Array, gradient: Float64Array): number => {
    let loss = 0
    for (let index = 0; index < count; index++) {
      softmax(products(at, x, index * width, width, p))
      const given = classes[index]!
      loss -= weights[index]! * Math.log(Math.max(p[given]!, 1e-30))
      for (let c = 0; c < classCount; c++) slopes[c * count + index] = weights[index]! * (p[c]! - Number(c === given))
    }
    for (let c = 0; c < classCount; c++) {
      const to = c * width
      for (let d = 0; d < dimensions; d++) {
        loss += (inverseC / 2) * at[to + d]! ** 2
        gradient[to + d] = inverseC * at[to + d]!
      }
      gradient[to + dimensions] = 0
      addRows(gradient, to, slopes.subarray(c * count, (c + 1) * count), x, width)
    }
    return loss
  }
}

/** Products of one row of `x` with each row of `w`, four at a time so that one does not wait for the other. */
function products(w: Float64Array, x: Float64Array, from: number, width: number, result: Float64Array): Float64Array {
  const four = result.length - (result.length % 4)
  for (let c = 0; c < four; c += 4) {
    const [a, b, e, f] = [c * width, (c + 1) * width, (c + 2) * width, (c + 3) * width]
    let [sumA, sumB, sumE, sumF] = [0, 0, 0, 0]
    for (let d = 0; d < width; d++) {
      const value = x[from + d]!
      sumA += w[a + d]! * value
      sumB += w[b + d]! * value
      sumE += w[e + d]! * value
      sumF += w[f + d]! * value
    }
    result[c] = sumA
    result[c + 1] = sumB
    result[c + 2] = sumE
    result[c + 3] = sumF
  }
  for (let c = four; c < result.length; c++) {
    let sum = 0
    for (let d = 0; d < width; d++) sum += w[c * width + d]! * x[from + d]!
    result[c] = sum
  }
  return result
}

/** Smaller ones change no weight that is seen. */
const leastSlope = 1e-6

/** Adds the rows of `x`, each times its slope, four at a time: the sum is read and written once for them. */
function addRows(sum: Float64Array, to: number, slopes: Float64Array, x: Float64Array, width: number): void {
  const steep: number[] = []
  for (let index = 0; index < slopes.length; index++) if (Math.abs(slopes[index]!) >= leastSlope) steep.push(index)
  let at = 0
  for (; at + 4 <= steep.length; at += 4) {
    const [a, b, e, f] = [steep[at]!, steep[at + 1]!, steep[at + 2]!, steep[at + 3]!]
    const [slopeA, slopeB, slopeE, slopeF] = [slopes[a]!, slopes[b]!, slopes[e]!, slopes[f]!]
    const [fromA, fromB, fromE, fromF] = [a * width, b * width, e * width, f * width]
    for (let d = 0; d < width; d++)
      sum[to + d]! += slopeA * x[fromA + d]! + slopeB * x[fromB + d]! + (slopeE * x[fromE + d]! + slopeF * x[fromF + d]!)
  }
  for (; at < steep.length; at++) {
    const [slope, from] = [slopes[steep[at]!]!, steep[at]! * width]
    for (let d = 0; d < width; d++) sum[to + d]! += slope * x[from + d]!
  }
}

/** In place. */
export function softmax<T extends Float32Array | Float64Array>(values: T): T {
  let most = -Infinity
  for (const value of values) if (value > most) most = value
  let sum = 0
  for (let c = 0; c < values.length; c++) sum += values[c] = Math.exp(values[c]! - most)
  for (let c = 0; c < values.length; c++) values[c]! /= sum
  return values
}
