/** High-depth intensities to 8 bits: a stated window, as radiologists and microscopists set it. */

export interface Window {
  low: number
  high: number
}

/** Percentiles shown as black and white. */
const tails = { low: 0.001, high: 0.999 }
/** Values that percentiles are taken from, at most. */
const taken = 100_000

/** From the 0.1th to the 99.9th percentile of up to 100,000 evenly taken finite values. */
export function percentileWindow(values: ArrayLike<number>): Window {
  const step = Math.max(1, Math.floor(values.length / taken))
  const some = new Float64Array(Math.ceil(values.length / step))
  let count = 0
  for (let index = 0; index < values.length; index += step) {
    const value = values[index]!
    if (Number.isFinite(value)) some[count++] = value
  }
  const sorted = some.subarray(0, count).sort()
  const at = (fraction: number) => sorted[Math.min(count - 1, Math.floor(fraction * count))] ?? 0
  return { low: at(tails.low), high: at(tails.high) }
}

/** Values below the window are black, above white (the other way round when inverted); what is no number is black. */
export function applyWindow(values: ArrayLike<number>, { low, high }: Window, inverted = false): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0
  const bytes = new Uint8Array(values.length)
  for (let index = 0; index < bytes.length; index++) {
    const level = Math.min(255, Math.max(0, Math.round((values[index]! - low) * scale))) || 0
    bytes[index] = inverted ? 255 - level : level
  }
  return bytes
}

const rounded = (value: number) => Number(value.toPrecision(4)).toLocaleString('en', { maximumSignificantDigits: 4 })
export const windowNote = ({ low, high }: Window) =>
  `Intensities from ${rounded(low)} to ${rounded(high)} are shown as black to white.`
