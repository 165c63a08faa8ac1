/** How much of the error probability each look at the answers may spend, so that all looks together spend no more than promised. */
import { criticalValue } from './interval'

/**
 * O'Brien–Fleming-type spending (Lan & DeMets 1983, eq. 5): little at first, most at the end. The looks' shares add up to
 * `alpha`, so that by the union bound all intervals hold at once with probability 1 − alpha, whenever a person stops.
 * @param fractions share of the planned checks at each look, ascending, the last 1
 */
export function spend(fractions: readonly number[], alpha: number): number[] {
  const z = criticalValue(alpha)
  const spent = fractions.map((fraction) => 2 * upperTail(z / Math.sqrt(fraction)))
  return spent.map((total, look) => total - (spent[look - 1] ?? 0))
}

/** P(Z > z) for z ≥ 0: Chebyshev fit of the complementary error function (Numerical Recipes, §6.2), relative error below 1.2e-7. */
function upperTail(z: number): number {
  const x = z / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  const sum = coefficients.reduce((total, one) => total * t + one, 0)
  return (t * Math.exp(-x * x + sum)) / 2
}

const coefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
]
