import { expect, it } from 'vitest'
import { draw, random } from './random'

const sequence = (keys: number[], length = 8) => {
  const from = random(...keys)
  return Array.from({ length }, () => from.next())
}

it('repeats under the same keys and differs under any other', () => {
  expect(sequence([1, 2, 3])).toEqual(sequence([1, 2, 3]))
  const others = [
    [1, 2, 4],
    [1, 3, 3],
    [2, 2, 3],
    [3, 2, 1],
    [1, 2],
    [1, 2, 3, 0],
    [-1, 2, 3],
    [1 + 2 ** 32, 2, 3],
  ]
  const all = [[1, 2, 3], ...others].map((keys) => sequence(keys).join())
  expect(new Set(all).size).toBe(all.length)
})

it('is uniform, integer and normal as asked', () => {
  const from = random(7)
  const count = 20_000
  const counts = new Float64Array(10)
  let [sum, square] = [0, 0]
  for (let index = 0; index < count; index++) {
    counts[from.below(10)]!++
    const value = from.normal()
    sum += value
    square += value ** 2
  }
  // 99.99 % bounds of a chi-square with 9 degrees of freedom, of a mean and of a variance.
  expect(counts.reduce((chi, seen) => chi + (seen - count / 10) ** 2 / (count / 10), 0)).toBeLessThan(34)
  expect(Math.abs(sum / count)).toBeLessThan(0.03)
  expect(Math.abs(square / count - 1)).toBeLessThan(0.04)
  for (let index = 0; index < 100; index++) {
    const value = from.between(-2, 5)
    expect(value).toBeGreaterThanOrEqual(-2)
    expect(value).toBeLessThan(5)
  }
})

it('draws distinct positions, all of them when as many are wanted', () => {
  const some = draw(50, 20, random(3))
  expect(new Set(some).size).toBe(20)
  expect(Math.max(...some)).toBeLessThan(50)
  expect([...draw(5, 9, random(3))].sort()).toEqual([0, 1, 2, 3, 4])
  expect([...draw(0, 3, random(3))]).toEqual([])
})
