/** The audit against references: known quantiles, exact enumeration, coverage over simulated audits with stops and wrong answers. */
import { expect, it } from 'vitest'
import { random } from '../../engine/random'
import { criticalValue, finitePopulationInterval, stratifiedInterval, wilson } from './interval'
import { judge } from './judge'
import { narrow, outside, planAudit } from './plan'
import { simulateAudit } from './simulated.fixture'
import { slips } from './slips'
import { alpha, boundaries, levelAlphas, upperTail } from './spending'
import { accepts, thresholdsFor } from './strata'

it('knows the normal distribution', () => {
  for (const [level, z] of [
    [0.1, 1.6448536],
    [0.05, 1.959964],
    [0.01, 2.5758293],
    [0.001, 3.2905267],
  ] as const)
    expect(criticalValue(level)).toBeCloseTo(z, 6)
})

it('gives the Wilson interval of the paper', () => {
  const { lower, upper } = wilson(0.9, 100, criticalValue(0.05))
  expect(lower).toBeCloseTo(0.8256, 3)
  expect(upper).toBeCloseTo(0.9448, 3)
})

it('covers exactly in small populations: every possible truth, by enumeration', () => {
  const [size, drawn] = [40, 12]
  for (let marked = 0; marked <= size; marked++) {
    let covered = 0
    for (let right = Math.max(0, drawn - (size - marked)); right <= Math.min(drawn, marked); right++) {
      const { lower, upper } = finitePopulationInterval({ size, drawn, right }, 0.05)
      const inside = marked / size >= lower - 1e-12 && marked / size <= upper + 1e-12
      if (inside) covered += (choose(marked, right) * choose(size - marked, drawn - right)) / choose(size, drawn)
    }
    expect(covered).toBeGreaterThanOrEqual(0.95 - 1e-9)
  }
  expect(finitePopulationInterval({ size: 30, drawn: 30, right: 27 }, 0.05)).toEqual({ estimate: 0.9, lower: 0.9, upper: 0.9 })
})

it('knows strata that were drawn whole, and nothing of those not drawn', () => {
  const whole = [
    { size: 20, drawn: 20, right: 19, errors: 0.02 },
    { size: 10, drawn: 10, right: 7, errors: 0.1 },
  ]
  for (const value of Object.values(stratifiedInterval(whole, 0.05))) expect(value).toBeCloseTo(26 / 30, 12)
  expect(stratifiedInterval([{ size: 5, drawn: 0, right: 0, errors: 0.1 }, whole[0]!], 0.05)).toMatchObject({
    lower: 0,
    upper: 1,
  })
})

it('knows the critical values of Pocock (1977) and of O’Brien & Fleming (1979) for two looks', () => {
  for (const [first, second] of [
    [2.178, 2.178],
    [2.797, 1.977],
  ] as const) {
    const early = 2 * upperTail(first)
    boundaries([1, 2], [early, 0.05 - early]).forEach((z, look) => expect(z).toBeCloseTo([first, second][look]!, 2))
  }
})

it('spends what is promised over all looks, by simulated scores', () => {
  const information = [1, 1.6, 4]
  const limits = boundaries(information, [0.03, 0.01, 0.01])
  const draws = random(3)
  let passed = 0
  const runs = 40_000
  for (let run = 0; run < runs; run++) {
    let [score, before, out] = [0, 0, false]
    information.forEach((now, look) => {
      score += Math.sqrt(now - before) * draws.normal()
      before = now
      out ||= Math.abs(score) > limits[look]! * Math.sqrt(now)
    })
    passed += Number(out)
  }
  expect(passed / runs).toBeCloseTo(0.05, 2)
})

it('spends nothing where all is seen, and all of it at a single look', () => {
  expect(levelAlphas(1, 0, [100], 1000)[0]).toBeCloseTo(alpha, 5)
  expect(levelAlphas(1, 0, [60, 80], 80)[0]).toBeCloseTo(alpha, 5)
  const [strict, wide] = [0, 1].map((level) => levelAlphas(2, level, [100, 160, 400], 5000))
  strict!.forEach((one, look) => expect(one).toBeLessThan(wide![look]!))
  // Three levels, as audits of before have: together no more than is promised.
  const single = [0, 1, 2].map((level) => levelAlphas(3, level, [100], 5000)[0]!)
  expect(single.reduce((sum, one) => sum + one, 0)).toBeCloseTo(alpha, 5)
})

it('allows for the slips of a person, the more the more is checked', () => {
  expect([10, 100, 400].map(slips)).toEqual([0, 1, 3])
  const draws = Array.from({ length: 100 }, (_, at) => ({ ring: 0, agrees: at > 1 }))
  const { levels, state } = judge({ target: 0.97, sizes: [100], errors: [0.03], levels: [1], looks: [100], draws })
  expect(levels[0]).toMatchObject({ estimate: 0.98, holds: true })
  expect([levels[0]!.lower, levels[0]!.upper].map((one) => one.toFixed(3))).toEqual(['0.970', '0.990'])
  expect(state).toBe('reached')
})

it('plans nested levels whose thresholds the draws obey, the same for the same seed', () => {
  const { guesses } = madeUp(3000, 7)
  const plan = planAudit(guesses, 5, 0.95, 3)!
  expect(planAudit(guesses, 5, 0.95, 3)).toEqual(plan)
  expect(plan.expected.map((one) => one >= 0.95 - 1e-6)).toEqual([true, true])
  expect(new Set(plan.draws).size).toBe(400)
  expect(plan.looks.at(-1)).toBe(400)
  expect(plan.looks).toEqual([...plan.looks].sort((a, b) => a - b))
  // Rings are of like confidence, the surest first.
  const byRing = plan.sizes.map((_, ring) => [...plan.rings.keys()].filter((at) => plan.rings[at] === ring))
  expect(byRing.map((mine) => mine.length)).toEqual(plan.sizes)
  expect(plan.errors).toEqual([...plan.errors].sort((a, b) => a - b))
  for (const at of plan.draws) expect(plan.rings[at]).not.toBe(outside)
  guesses.classes.forEach((index, at) => {
    plan.thresholds.forEach((byClass, level) => {
      expect(plan.rings[at]! < plan.levels[level]!).toBe(accepts(byClass, guesses, at))
      expect(accepts(byClass, guesses, at)).toBe(byClass[index] !== null && guesses.confidences[at]! >= byClass[index]!)
    })
  })
  const unsure = { ...guesses, confidences: guesses.confidences.map(() => 0.5) }
  expect(planAudit(unsure, 5, 0.95, 3)).toBeNull()
})

it('sets no threshold among equal confidences: all of them are accepted, or none', () => {
  const confidences = Float32Array.from({ length: 400 }, (_, at) => (at < 40 ? 0.995 : 0.93))
  const guesses = { ordinals: Uint32Array.from(confidences.keys()), classes: new Uint16Array(400), confidences }
  // All 400 are expected to be right in 93.65 %.
  expect(thresholdsFor(guesses, 1, 0.95)).toEqual([confidences[0]])
  expect(thresholdsFor(guesses, 1, 0.936)).toEqual([confidences[399]])
})

it('stops at looks only, and says so when the target cannot be reached', () => {
  const draws = Array.from({ length: 100 }, (_, at) => ({ ring: 0, agrees: at < 30 ? false : null }))
  const answers = { target: 0.95, sizes: [400], errors: [0.03], levels: [1], looks: [30, 60, 100], draws }
  expect(judge({ ...answers, draws: draws.map((one, at) => (at < 29 ? one : { ring: 0, agrees: null })) })).toMatchObject({
    checked: 29,
    looks: 0,
    untilLook: 1,
    state: 'asking',
    levels: [],
  })
  expect(judge(answers)).toMatchObject({ checked: 30, looks: 1, state: 'cannot', level: null })
  const good = draws.map(() => ({ ring: 0, agrees: true }))
  expect(judge({ ...answers, draws: good })).toMatchObject({ checked: 100, state: 'reached', level: 0 })
})

it('finds a hopeless head before the first look, and rarely turns away one that meets the target', () => {
  const of = (shareRight: number, draws = random(5)) => {
    const agrees = Array.from({ length: 160 }, () => ({ ring: 0, agrees: draws.next() < shareRight }))
    return judge({ target: 0.95, sizes: [1000], errors: [0.05], levels: [1], looks: [300, 400], draws: agrees })
  }
  expect(of(0.6)).toMatchObject({ looks: 0, state: 'cannot', level: null })
  expect(of(0.6).levels[0]!.upper).toBeLessThan(0.95)
  expect(of(1)).toMatchObject({ state: 'asking', levels: [] })
  const draws = random(6)
  const turnedAway = Array.from({ length: 1000 }, () => of(0.95, draws)).filter(({ state }) => state === 'cannot')
  expect(turnedAway.length / 1000).toBeLessThanOrEqual(0.01)

  // 40 % of what they accept is wrong.
  const checks = Array.from({ length: 30 }, (_, run) => {
    const { guesses, truth } = madeUp([600, 2000, 10_000][run % 3]!, run, 0.4)
    const { accepted, checks } = simulateAudit(guesses, truth, 5, { target: 0.95, seed: run, wrongAnswers: 0.03 })!
    expect(accepted).toBe(0)
    return checks
  })
  expect(Math.max(...checks)).toBeLessThanOrEqual(80)
  expect(mean(checks)).toBeLessThanOrEqual(50)
})

it('covers the true precision under optional stopping with 3 % wrong answers, in few checks', () => {
  const runs = Array.from({ length: 240 }, (_, run) => {
    // From honest to overconfident heads, of small and larger folders.
    const overconfidence = [0, 0.01, 0.03][Math.floor(run / 3) % 3]!
    const { guesses, truth } = madeUp([600, 2000, 10_000][run % 3]!, run, overconfidence)
    const audit = simulateAudit(guesses, truth, 5, { target: 0.95, seed: run, wrongAnswers: 0.03 })
    return audit && { ...audit, overconfidence }
  }).filter((one) => one !== null)
  expect(runs.length).toBeGreaterThan(200)
  expect(runs.filter(({ covered }) => covered).length / runs.length).toBeGreaterThanOrEqual(0.93)
  const widths = runs.map(({ halfWidth }) => halfWidth).sort((a, b) => a - b)
  expect(widths[widths.length >> 1]).toBeLessThanOrEqual(narrow)
  const honest = runs.filter(({ overconfidence }) => overconfidence === 0)
  expect(mean(honest.map(({ checks }) => checks))).toBeLessThanOrEqual(330)
  expect(honest.every(({ accepted }) => accepted > 0)).toBe(true)
  // What is promised: what is accepted is rarely worse than the target.
  const broken = runs.filter(({ accepted, truePrecision }) => accepted > 0 && truePrecision < 0.95)
  expect(broken.length / runs.length).toBeLessThanOrEqual(alpha)
})

const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length

function choose(n: number, k: number): number {
  let product = 1
  for (let at = 1; at <= k; at++) product = (product * (n - k + at)) / at
  return product
}

/** A folder of five classes; the head is right as often as it says, less `overconfidence`. */
function madeUp(count: number, seed: number, overconfidence = 0) {
  const draws = random(seed, 0xa)
  const confidences = Float32Array.from({ length: count }, () => 1 - 0.75 * draws.next() ** 4)
  const classes = Uint16Array.from({ length: count }, () => draws.below(5))
  const truth = Uint16Array.from(classes, (index, at) =>
    draws.next() < confidences[at]! - overconfidence ? index : (index + 1 + draws.below(4)) % 5,
  )
  return { guesses: { ordinals: Uint32Array.from({ length: count }, (_, at) => at), classes, confidences }, truth }
}
