import { expect, it } from 'vitest'
import { fitting, nearestSample } from './run-maps'

const places = Float32Array.of(0, 0, 10, 5, NaN, NaN, 4, -5)

it('fits places into a square, y upwards, and keeps their proportions', () => {
  const place = fitting(places, 120, 10)
  expect(place(0)).toEqual({ x: 10, y: 60 })
  expect(place(1)).toEqual({ x: 110, y: 10 })
  expect(place(3)).toEqual({ x: 50, y: 110 })
})

it('finds the nearest sample that has a place, and none far away', () => {
  const place = fitting(places, 120, 10)
  expect(nearestSample(4, place, { x: 52, y: 108 })).toBe(3)
  expect(nearestSample(4, place, { x: 60, y: 60 })).toBeNull()
})
