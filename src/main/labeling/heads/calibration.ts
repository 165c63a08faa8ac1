/** From a head's probabilities to a class and a confidence that means what it says. */
import type { Probabilities } from './head'

/** Keeps logarithms and ratios finite; no head is surer than this. */
const least = 1e-6
/** What the exponent is thought to be before it is measured: its logarithm to base 2, and how far it strays at the cost of one nat. */
interface Expected {
  centre: number
  stray: number
}
const around1: Expected = { centre: 0, stray: 1.5 }

/**
 * Temperature scaling (Guo et al. 2017): the exponent on probabilities with the least log loss on held-out labels.
 * @param heldOut float32 [labels, classCount]
 * @param positions of the labels that were held out
 */
export function calibrate(
  heldOut: Float32Array,
  positions: number[],
  classes: Uint16Array,
  classCount: number,
  { centre, stray }: Expected = around1,
): number {
  const candidates = Array.from({ length: 33 }, (_, index) => 2 ** ((index - 16) / 4))
  const loss = (exponent: number) =>
    positions.reduce(
      (sum, position) => sum - Math.log(share(heldOut, position * classCount, classCount, classes[position]!, exponent)),
      ((Math.log2(exponent) - centre) / stray) ** 2,
    )
  const losses = candidates.map(loss)
  return candidates[losses.indexOf(Math.min(...losses))]!
}

/** In place: each row of the probabilities after the exponent, summing to 1. */
export function tempered(probabilities: Probabilities, classCount: number, exponent: number): Probabilities {
  for (let start = 0; start < probabilities.length; start += classCount) {
    let total = 0
    for (let at = start; at < start + classCount; at++)
      total += probabilities[at] = Math.max(probabilities[at]!, least) ** exponent
    for (let at = start; at < start + classCount; at++) probabilities[at]! /= total
  }
  return probabilities
}

/** Of one row: what `chosen` has of the sum after the exponent. */
function share(values: Float32Array, start: number, classCount: number, chosen: number, exponent: number): number {
  let total = 0
  for (let at = start; at < start + classCount; at++) total += Math.max(values[at]!, least) ** exponent
  return Math.max(values[start + chosen]!, least) ** exponent / total
}

/** Class and confidence of each row; confidences within 0.01 % of `share`. */
export function decide(
  probabilities: Probabilities,
  classCount: number,
  exponent: number,
): { predictions: Uint16Array; confidences: Float32Array } {
  const rows = probabilities.length / classCount
  const predictions = new Uint16Array(rows)
  const confidences = new Float32Array(rows)
  const bits = new Uint32Array(probabilities.buffer, probabilities.byteOffset, probabilities.length)
  const table = powerTable(exponent)
  for (let row = 0; row < rows; row++) {
    const start = row * classCount
    let best = start
    let total = 0
    for (let at = start; at < start + classCount; at++) {
      if (probabilities[at]! > probabilities[best]!) best = at
      total += powerOf(bits[at]!, table)
    }
    predictions[row] = best - start
    confidences[row] = powerOf(bits[best]!, table) / total
  }
  return { predictions, confidences }
}

/** Bits of a float32 that a step of the table spans: 2¹⁰ steps an octave. */
const stepBits = 13
const bitsOf = (value: number) => new Uint32Array(Float32Array.of(value).buffer)[0]!
const lowest = bitsOf(least)
const firstStep = lowest >>> stepBits

/** Powers of the float32 numbers from `least` to 1 by their bits: Math.pow for millions of them would take the most of a refit. */
function powerTable(exponent: number): Float64Array {
  // Two steps past 1: rounding may leave a probability a hair above it.
  const knots = Uint32Array.from(
    { length: (bitsOf(1) >>> stepBits) - firstStep + 3 },
    (_, step) => (firstStep + step) << stepBits,
  )
  return Float64Array.from(new Float32Array(knots.buffer), (value) => value ** exponent)
}

/** Bits of numbers that are not negative are in their order. */
function powerOf(bits: number, table: Float64Array): number {
  const mine = bits > lowest ? bits : lowest
  const step = (mine >>> stepBits) - firstStep
  const share = (mine & ((1 << stepBits) - 1)) / (1 << stepBits)
  return table[step]! + share * (table[step + 1]! - table[step]!)
}

/** Of equal classes the first. */
export function likeliest(values: Float32Array, row: number, classCount: number): number {
  let best = 0
  for (let c = 1; c < classCount; c++) if (values[row * classCount + c]! > values[row * classCount + best]!) best = c
  return best
}
