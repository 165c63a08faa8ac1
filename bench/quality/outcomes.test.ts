import { expect, it } from 'vitest'
import { figuresOf, type Outcome, pairedDifference, secondsToPeers } from './outcomes'
import { studentInterval } from './statistics'

/** Accuracies at 10 × classes by seed and draw; a tenth of them at 1, half at 5. */
function outcome(
  set: string,
  what: string,
  seconds: number,
  last: Record<number, number[]>,
  rest: Partial<Outcome> = {},
): Outcome {
  const scores = (draws: number[]) => ({ knn: 0.5, seconds, accuracies: draws.map((one) => [one / 10, one / 2, one]) })
  const runs = new Map(Object.entries(last).map(([seed, draws]) => [Number(seed), scores(draws)]))
  return { set, images: 100, classes: 2, what, minutes: 1, final: true, isPeer: false, runs, ...rest }
}

it('pairs seeds and draws, whatever their order, and leaves out seeds that one lacks', () => {
  const instant = outcome('a', 'instant', 5, { 0: [0.5, 0.6], 1: [0.4, 0.7] })
  const auto = outcome('a', 'auto', 60, { 1: [0.5, 0.9], 0: [0.55, 0.7], 2: [0.1, 0.1] })
  expect(pairedDifference([instant, auto], ['a'], ['auto', 'instant'], 2)).toEqual(
    studentInterval([0.5 - 0.4, 0.9 - 0.7, 0.55 - 0.5, 0.7 - 0.6]),
  )
})

it('has a difference over sets only where both were measured on all of them', () => {
  const both = [outcome('a', 'instant', 5, { 0: [0.5, 0.7] }), outcome('a', 'auto', 60, { 0: [0.6, 0.9] })]
  const more = [outcome('b', 'instant', 5, { 0: [0.5, 0.5] }), outcome('b', 'auto', 60, { 0: [0.5, 0.7] })]
  expect(pairedDifference([...both, more[0]!], ['a', 'b'], ['auto', 'instant'], 2)).toBeUndefined()
  const { mean, lower, upper } = pairedDifference([...both, ...more], ['a', 'b'], ['auto', 'instant'], 2)!
  expect(mean).toBeCloseTo(0.125)
  // Pairs of means: 0.05 and 0.2.
  expect([lower, upper]).toEqual([expect.closeTo(0.125 - 12.7062 * 0.075, 4), expect.closeTo(0.125 + 12.7062 * 0.075, 4)])
})

it('is ahead of the best peer at its end as soon as the shortest budget that is', () => {
  const peers = [
    outcome('a', 'torch_simclr', 600, { 0: [0.6] }, { isPeer: true }),
    outcome('a', 'torch_vicreg', 300, { 0: [0.9] }, { isPeer: true, final: false }),
    outcome('a', 'hog', 2, { 0: [0.7] }, { isPeer: true }),
  ]
  const instant = outcome('a', 'instant', 30, { 0: [0.65] })
  const auto = [
    outcome('a', 'auto', 120, { 0: [0.72] }, { final: false }),
    outcome('a', 'auto', 60, { 0: [0.69] }, { final: false }),
    outcome('a', 'auto', 600, { 0: [0.8] }),
  ]
  expect(secondsToPeers([...peers, instant, ...auto], 'a')).toBe(120)
  expect(secondsToPeers([...peers, instant], 'a')).toBeUndefined()
  expect(secondsToPeers([instant, ...auto], 'a')).toBeUndefined()
})

it('names figures by set, encoder and labels of a class, and means only over all sets', () => {
  const figures = figuresOf(
    [
      outcome('a', 'auto', 60, { 0: [0.6], 1: [0.8] }),
      outcome('a', 'vicreg', 60, { 0: [0.5] }),
      outcome('b', 'auto', 60, { 0: [0.9] }),
    ],
    ['a', 'b'],
  )
  expect(figures['quality.a.auto.10']).toBeCloseTo(0.7)
  expect(figures['quality.mean.auto.5']).toBeCloseTo(0.4)
  expect(figures['quality.a.vicreg.1']).toBeCloseTo(0.05)
  expect(Object.keys(figures)).not.toContain('quality.mean.vicreg.1')
  expect(Object.keys(figures).filter((name) => /minus|torch/.test(name))).toEqual([])
})
