import { expect, it } from 'vitest'
import { extended, type LossPoint, polyline } from './loss-history'

it('keeps the first and the newest point, and few in between', () => {
  let points: LossPoint[] = []
  for (let step = 1; step <= 5000; step++) points = extended(points, { step, loss: 1 / step })
  expect(points.length).toBeLessThanOrEqual(400)
  expect(points[0]!.step).toBe(1)
  expect(points.at(-1)!.step).toBe(5000)
  expect(points.every(({ step }, index) => index === 0 || step > points[index - 1]!.step)).toBe(true)
})

it('starts over where the steps do, and takes a step once', () => {
  const points = extended([{ step: 5, loss: 1 }], { step: 1, loss: 2 })
  expect(points).toEqual([{ step: 1, loss: 2 }])
  expect(extended(points, { step: 1, loss: 2 })).toHaveLength(1)
})

it('draws from left to right, the highest on top', () => {
  const drawn = polyline([
    { step: 10, loss: 4 },
    { step: 20, loss: 2 },
    { step: 30, loss: 3 },
  ])
  expect(drawn).toBe('0.0,0.0 50.0,100.0 100.0,50.0')
  expect(polyline([{ step: 1, loss: 1 }])).toBe('0.0,50.0')
})
