import { describe, expect, it } from 'vitest'
import { random } from '../engine/random'
import { chanceOfGain, pairedGain, rankedByLabels } from './ranking'

const marks = (text: string) => Uint8Array.from(text, Number)

it('puts encoders in the order of what they name rightly, and says by how much the best leads', () => {
  const { order, leads } = rankedByLabels(
    new Map([
      ['poor', marks('1000000000')],
      ['good', marks('1111111100')],
      ['fair', marks('1111100000')],
    ]),
  )
  expect(order).toEqual(['good', 'fair', 'poor'])
  expect(leads.map(({ over, gain }) => [over, gain])).toEqual([
    ['fair', 0.3],
    ['poor', 0.7],
  ])
})

it('has nothing to say of one encoder, nor of none', () => {
  expect(rankedByLabels(new Map([['only', marks('10')]]))).toEqual({ order: ['only'], leads: [] })
  expect(rankedByLabels(new Map())).toEqual({ order: [], leads: [] })
})

describe('the interval of a gain', () => {
  it('is one of 95 %: it holds the true difference about that often, with few samples and with many', () => {
    for (const count of [20, 200]) {
      const draws = random(4, count)
      let held = 0
      for (let trial = 0; trial < 2000; trial++) {
        // Half of the samples are clear to both; of the others one encoder gets 70 %, the other 50 %.
        const clear = Array.from({ length: count }, () => draws.next() < 0.5)
        const answers = (share: number) => Uint8Array.from(clear, (is) => Number(is || draws.next() < share))
        const { low, high } = pairedGain(answers(0.7), answers(0.5))
        if (low <= 0.1 && 0.1 <= high) held++
      }
      expect(held / 2000).toBeGreaterThan(0.93)
      expect(held / 2000).toBeLessThan(0.985)
    }
  })

  it('never calls a handful of samples sure', () => {
    expect(pairedGain(marks('111'), marks('011')).low).toBeLessThan(0)
    expect(pairedGain(marks('1'.repeat(40)), marks('0'.repeat(20) + '1'.repeat(20))).low).toBeGreaterThan(0.2)
  })

  it('refuses encoders that were tried on other samples', () => {
    expect(() => pairedGain(marks('11'), marks('1'))).toThrow('on 2 and on 1 samples')
  })
})

describe('the chance of a gain', () => {
  it('is a tail of the binomial distribution over the samples that differ', () => {
    expect(chanceOfGain(marks('1111'), marks('0000'))).toBe(1 / 16)
    expect(chanceOfGain(marks('11101'), marks('00010'))).toBe(6 / 32)
    expect(chanceOfGain(marks('0011'), marks('1101'))).toBe(7 / 8)
    expect(chanceOfGain(marks('1010'), marks('1010'))).toBe(1)
    expect(chanceOfGain(new Uint8Array(3000).fill(1), new Uint8Array(3000))).toBe(0)
  })

  it('holds its level with few samples', () => {
    const draws = random(9, 1)
    let surprised = 0
    for (let trial = 0; trial < 4000; trial++) {
      const answers = () => Uint8Array.from({ length: 12 }, () => Number(draws.next() < 0.6))
      if (chanceOfGain(answers(), answers()) <= 0.025) surprised++
    }
    expect(surprised / 4000).toBeLessThan(0.025)
  })
})
