import { expect, it } from 'vitest'
import { arrows, drawnSamples, fitting, nearestSample, sampleTowards } from './run-maps'

const places = Float32Array.of(0, 0, 10, 5, NaN, NaN, 4, -5)

it('fits places into a square, y upwards, and keeps their proportions', () => {
  const place = fitting(places, 120, 10)
  expect(place(0)).toEqual({ x: 10, y: 60 })
  expect(place(1)).toEqual({ x: 110, y: 10 })
  expect(place(3)).toEqual({ x: 50, y: 110 })
})

it('finds the nearest sample that has a place, and none far away', () => {
  const drawn = drawnSamples(places)
  const place = fitting(places, 120, 10)
  expect(nearestSample(drawn, place, { x: 52, y: 108 })).toBe(3)
  expect(nearestSample(drawn, place, { x: 60, y: 60 })).toBeNull()
})

it('draws only some of very many samples, the same whichever have a place', () => {
  expect([...drawnSamples(places)]).toEqual([0, 1, 3])
  expect([...drawnSamples(new Float32Array(20), 4)]).toEqual([0, 3, 6, 9])
  const { length } = drawnSamples(new Float32Array(2_000_000))
  expect(length).toBe(20_000)
})

it('an arrow key leads to the nearest sample in the quarter of the plane it points to', () => {
  const grid = Float32Array.from({ length: 50 }, (_, at) => (at % 2 ? Math.floor(at / 10) : ((at - (at % 2)) / 2) % 5))
  const drawn = drawnSamples(grid)
  const place = fitting(grid, 100)
  const to = (from: number, key: string) => sampleTowards(drawn, place, place(from), arrows[key]!)
  expect(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map((key) => to(12, key))).toEqual([11, 13, 17, 7])
  expect([to(0, 'ArrowLeft'), to(0, 'ArrowDown'), to(24, 'ArrowUp')]).toEqual([null, null, null])
})
