/** How much of the error probability each look at the answers may spend, so that all looks together spend no more than promised. */

/** 1 − confidence of everything that is said, all looks together. */
export const alpha = 0.05
/** Of it at the looks: most at the first, which is planned to be the last. */
const spentAt = [0.6, 0.2, 0.2] as const
/**
 * 1 − confidence at each look for futility (see plan.ts). It comes on top: only an upper bound below the target counts there, so that no lower
 * bound spends any of it, and heads that meet the target are turned away the more rarely the smaller it is.
 */
export const futilityAlpha = 0.002
/** What the first look's interval of a level spends, when others follow. */
export const firstAlpha = (levels: number, level: number) => alpha * shareOf(levels, level) * spentAt[0]

/** Share of the strictest level where there are several; the others have the rest in equal parts. */
const strictShare = 0.1
const shareOf = (levels: number, level: number) =>
  levels === 1 ? 1 : level === 0 ? strictShare : (1 - strictShare) / (levels - 1)

/**
 * 1 − confidence of each look's interval by itself, of one level. Intervals at several looks are alike, so that each may be narrower than
 * the shares alone would let it (repeated confidence intervals, Jennison & Turnbull 1989). A look that sees all members spends nothing.
 * @param looks checks at each look
 * @param members of all levels
 */
export function levelAlphas(levels: number, level: number, looks: readonly number[], members: number): number[] {
  const paid = looks.filter((checks) => checks < members)
  const last = paid.length - 1
  const spent = paid.map((_, look) => {
    const rest = look === last ? spentAt.slice(look) : [spentAt[look]!]
    return alpha * shareOf(levels, level) * rest.reduce((sum, one) => sum + one, 0)
  })
  const information = paid.map((checks) => checks / (1 - checks / members))
  const alphas = boundaries(information, spent).map((z) => 2 * upperTail(z))
  return looks.map((_, look) => alphas[look] ?? alpha)
}

/** Points that a density is followed on. */
const points = 160

/**
 * Two-sided critical values whose chances of being passed for the first time are `spent` (Lan & DeMets 1983), by following the density of
 * the score from look to look (Armitage, McPherson & Rowe 1969).
 * @param information of each look, ascending, in any unit: the score grows like a Brownian motion in it
 */
export function boundaries(information: readonly number[], spent: readonly number[]): number[] {
  let scores: number[] = [0]
  let chances: number[] = [1]
  let before = 0
  return information.map((now, look) => {
    const step = Math.sqrt(now - before)
    const passed = (limit: number) =>
      scores.reduce((sum, score, at) => {
        const beyond = upperTail((limit - score) / step) + upperTail((limit + score) / step)
        return sum + chances[at]! * beyond
      }, 0)
    const limit = Math.sqrt(now) * root((z) => passed(z * Math.sqrt(now)) - spent[look]!)
    const width = (2 * limit) / points
    const within = Array.from({ length: points }, (_, at) => (at + 0.5) * width - limit)
    chances = within.map((score) => {
      const density = (from: number) => Math.exp(-0.5 * ((score - from) / step) ** 2) / (step * Math.sqrt(2 * Math.PI))
      return width * scores.reduce((sum, from, at) => sum + chances[at]! * density(from), 0)
    })
    scores = within
    before = now
    return limit / Math.sqrt(now)
  })
}

/** Of a function that falls from 0 to 8 standard deviations. */
function root(falling: (z: number) => number): number {
  let [low, high] = [0, 8]
  for (let halving = 0; halving < 40; halving++) {
    const middle = (low + high) / 2
    if (falling(middle) > 0) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(Z > z): Chebyshev fit of the complementary error function (Numerical Recipes, §6.2), relative error below 1.2e-7. */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.5 * x)
  const sum = coefficients.reduce((total, one) => total * t + one, 0)
  const tail = (t * Math.exp(-x * x + sum)) / 2
  return z < 0 ? 1 - tail : tail
}

const coefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368, -1.26551223,
]
