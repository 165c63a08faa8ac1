/** How sure a mean is: Student's t interval. */

export interface Interval {
  mean: number
  lower: number
  upper: number
}

/**
 * Of independent values; without width when there is one only.
 * @param level of confidence, two-sided
 */
export function studentInterval(values: readonly number[], level = 0.95): Interval {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  if (values.length < 2) return { mean, lower: mean, upper: mean }
  const freedom = values.length - 1
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / freedom
  const half = studentQuantile(level, freedom) * Math.sqrt(variance / values.length)
  return { mean, lower: mean - half, upper: mean + half }
}

/** The t which |T| stays below with probability `level`. @param freedom whole degrees of freedom */
export function studentQuantile(level: number, freedom: number): number {
  let [low, high] = [0, Math.PI / 2]
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (within(middle, freedom) < level) low = middle
    else high = middle
  }
  return Math.sqrt(freedom) * Math.tan(low)
}

/** P(|T| < t) with t = √ν tan θ, a finite sum for whole ν (Abramowitz & Stegun 1964, 26.7.3 and 26.7.4). */
function within(theta: number, freedom: number): number {
  const [sine, cosine] = [Math.sin(theta), Math.cos(theta)]
  const odd = freedom % 2
  let term = odd ? cosine : 1
  let sum = 0
  for (let power = odd; power <= freedom - 2; power += 2) {
    sum += term
    term *= (cosine ** 2 * (power + 1)) / (power + 2)
  }
  return odd ? (2 / Math.PI) * (theta + sine * sum) : sine * sum
}
