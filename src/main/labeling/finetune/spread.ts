/** Where embeddings lie, so that learning sees them at one scale. */
import type { Matrix } from '../../engine/linear-algebra'

export interface Spread {
  /** [dimensions] */
  readonly mean: Float32Array
  /** Root mean square of what lies about it; 1 where all are the same. */
  readonly scale: number
}

export function spreadOf({ rows, columns, data }: Matrix): Spread {
  const mean = new Float64Array(columns)
  data.forEach((value, at) => (mean[at % columns]! += value / rows))
  const square = data.reduce((sum, value, at) => sum + (value - mean[at % columns]!) ** 2, 0)
  return { mean: Float32Array.from(mean), scale: Math.sqrt(square / data.length) || 1 }
}
