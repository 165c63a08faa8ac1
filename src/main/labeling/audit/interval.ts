/** Intervals for a share of right labels: Wilson's for samples in strata, exact ones for small populations. */

export interface Interval {
  estimate: number
  lower: number
  upper: number
}

/** What was drawn, without replacement, from one stratum of the accepted labels. */
export interface Stratum {
  /** Members. */
  size: number
  drawn: number
  /** Of those drawn. */
  right: number
  /** Share of errors expected before anything was drawn; above 0. */
  errors: number
}

/** Two-sided critical value of the normal distribution; Acklam's rational approximation, relative error below 1.2e-9. */
export function criticalValue(alpha: number): number {
  const p = 1 - alpha / 2
  const ratio = (x: number, above: number[], below: number[]) => polynomial(x, above) / polynomial(x, below)
  if (p > 0.97575) {
    const q = Math.sqrt(-2 * Math.log(1 - p))
    return -ratio(q, tailAbove, tailBelow)
  }
  const q = p - 0.5
  return q * ratio(q * q, middleAbove, middleBelow)
}

const polynomial = (x: number, coefficients: number[]) => coefficients.reduce((sum, one) => sum * x + one, 0)
const middleAbove = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
]
const middleBelow = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1]
const tailAbove = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783,
]
const tailBelow = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1]

/** Draws that the expected share of errors counts for in each stratum, and expected errors that its scale counts for over all. */
const ownWord = 3
const scaleWord = 1

/**
 * Wilson's interval (1927) with the number of draws that a simple random sample would need for the variance of the stratified
 * estimate, finite population correction included (Korn & Graubard 1998; Yan & Su 2010). Strata are small, so that the variance within is that
 * of the errors expected there, scaled by what was found over all strata, and moved towards what was found there. Strata that were
 * drawn whole are known.
 * @param alpha 1 − confidence, two-sided
 */
export function stratifiedInterval(strata: readonly Stratum[], alpha: number): Interval {
  const filled = strata.filter(({ size }) => size > 0)
  const population = filled.reduce((sum, { size }) => sum + size, 0)
  if (population === 0 || filled.some(({ drawn }) => drawn === 0)) return { estimate: NaN, lower: 0, upper: 1 }
  if (filled.length === 1) return finitePopulationInterval(filled[0]!, alpha)
  const weighted = (of: (stratum: Stratum) => number) =>
    filled.reduce((sum, stratum) => sum + (stratum.size / population) * of(stratum), 0)
  const word = scaleWord / filled.reduce((sum, { drawn }) => sum + drawn, 0)
  const estimate = weighted(({ right, drawn }) => right / drawn)
  const scale = (1 - estimate + word) / (weighted(({ errors }) => errors) + word)
  const errorsIn = ({ errors, drawn, right }: Stratum) =>
    (drawn - right + ownWord * Math.min(0.5, Math.max(leastErrors, scale * errors))) / (drawn + ownWord)
  const wrong = weighted(errorsIn)
  const variance = weighted((stratum) => {
    const { size, drawn } = stratum
    const errors = errorsIn(stratum)
    return ((size / population) * (1 - drawn / size) * errors * (1 - errors)) / drawn
  })
  if (variance === 0) return { estimate, lower: estimate, upper: estimate }
  return { estimate, ...wilson(estimate, (wrong * (1 - wrong)) / variance, criticalValue(alpha)) }
}

/** No stratum is taken to be surer than this before it was drawn whole. */
const leastErrors = 0.002

/** @param draws need not be whole */
export function wilson(share: number, draws: number, z: number): { lower: number; upper: number } {
  const scale = 1 / (1 + z ** 2 / draws)
  const centre = scale * (share + z ** 2 / (2 * draws))
  const half = scale * z * Math.sqrt((share * (1 - share)) / draws + z ** 2 / (4 * draws ** 2))
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) }
}

/**
 * Exact interval for draws without replacement: the numbers of right members under which what was seen is not too unlikely on
 * either side (Clopper & Pearson 1934, with the hypergeometric distribution).
 */
export function finitePopulationInterval({ size, drawn, right }: Omit<Stratum, 'errors'>, alpha: number): Interval {
  const wrong = drawn - right
  const tail = alpha / 2
  // Both tails are monotone in the number of right members.
  const fewest = firstWhere(right, size - wrong, (members) => atLeast(right, drawn, members, size) > tail)
  const most = size - firstWhere(wrong, size - right, (others) => atLeast(wrong, drawn, others, size) > tail)
  return { estimate: right / drawn, lower: fewest / size, upper: most / size }
}

/** The smallest value from `from` to `to` that holds; `to` when none below does. */
function firstWhere(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** P(X ≥ seen) for `drawn` draws without replacement from `size` members, `marked` of which count. */
function atLeast(seen: number, drawn: number, marked: number, size: number): number {
  let sum = 0
  for (let hits = seen; hits <= Math.min(drawn, marked); hits++) {
    if (drawn - hits > size - marked) continue
    sum += Math.exp(logChoose(marked, hits) + logChoose(size - marked, drawn - hits) - logChoose(size, drawn))
  }
  return sum
}

const logChoose = (n: number, k: number) => logFactorial(n) - logFactorial(k) - logFactorial(n - k)

/** Stirling's series above 20, relative error below 1e-12. */
function logFactorial(n: number): number {
  if (n < 21) {
    let product = 1
    for (let factor = 2; factor <= n; factor++) product *= factor
    return Math.log(product)
  }
  return (n + 0.5) * Math.log(n) - n + 0.9189385332046727 + 1 / (12 * n) - 1 / (360 * n ** 3) + 1 / (1260 * n ** 5)
}
