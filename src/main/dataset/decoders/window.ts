/** High-depth intensities to 8 bits: a stated window, as radiologists and microscopists set it. */

export interface Window {
  low: number
  high: number
}

/** From the 0.1th to the 99.9th percentile of up to 100,000 evenly taken values. */
export function percentileWindow(values: ArrayLike<number>): Window {
  const step = Math.max(1, Math.floor(values.length / 100_000))
  const taken: number[] = []
  for (let index = 0; index < values.length; index += step) {
    const value = values[index]!
    if (Number.isFinite(value)) taken.push(value)
  }
  taken.sort((a, b) => a - b)
  const at = (fraction: number) => taken[Math.min(taken.length - 1, Math.floor(fraction * taken.length))] ?? 0
  return { low: at(0.001), high: at(0.999) }
}

export function applyWindow(values: ArrayLike<number>, { low, high }: Window, inverted = false): Uint8Array {
  const scale = high > low ? 255 / (high - low) : 0
  const bytes = new Uint8Array(values.length)
  for (let index = 0; index < bytes.length; index++) {
    const level = Math.min(255, Math.max(0, Math.round((values[index]! - low) * scale))) || 0
    bytes[index] = inverted ? 255 - level : level
  }
  return bytes
}

const rounded = (value: number) => Number(value.toPrecision(4))
export const windowNote = ({ low, high }: Window) =>
  `Intensities from ${rounded(low)} to ${rounded(high)} are shown as black to white.`
