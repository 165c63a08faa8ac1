import { expect, it } from 'vitest'
import { drawnSamples, fitting, nearestSample } from './run-maps'

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
