import { expect, it } from 'vitest'
import { plot } from './plot'

const axes = { title: 'a < b & c', x: 'labels', y: 'accuracy', ticks: [1, 10] }
const circles = (svg: string) =>
  [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)])

it('stands for shares on whole tens of percent, effort on a logarithmic axis', () => {
  const points = [1, Math.sqrt(10), 10].map((x, at) => ({ x, y: 0.2 + 0.1 * at }))
  const svg = plot([{ name: 'one', points, dashed: false, colour: 0 }], axes)
  const [first, middle, last] = circles(svg)
  expect(middle![0]).toBeCloseTo((first![0]! + last![0]!) / 2, 0)
  expect(middle![1]).toBeCloseTo((first![1]! + last![1]!) / 2, 0)
  expect(first![1]).toBeGreaterThan(last![1]!)
  expect(svg).toContain('a &lt; b &amp; c')
})

it('keeps names apart and in the frame when lines end at one height', () => {
  const lines = ['one', 'two', 'three'].map((name, colour) => ({ name, points: [{ x: 1, y: 0 }], dashed: false, colour }))
  const names = [...plot(lines, axes).matchAll(/y="([\d.]+)" fill/g)].map(([, y]) => Number(y)).sort((a, b) => a - b)
  expect(names).toHaveLength(3)
  expect(names[1]! - names[0]!).toBeGreaterThan(15)
  expect(names[2]! - names[1]!).toBeGreaterThan(15)
  expect(names[2]).toBeLessThan(360)
})
