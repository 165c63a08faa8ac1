import { inPolygon } from '@shared/polygon'
import { expect, it } from 'vitest'
import { boundsOf, boundsOfPoints, fitted, panned, toMap, toScreen, zoomed } from './camera'
import { placeNames } from './names'

const size = { width: 800, height: 600 }

it('goes from the map to the screen and back', () => {
  const camera = { x: 3, y: -2, scale: 17 }
  const at = toScreen(camera, size, 5, 1)
  expect(toMap(camera, size, at.x, at.y)).toEqual({ x: expect.closeTo(5), y: expect.closeTo(1) })
})

it('zooms about the pointer and pans with it', () => {
  const camera = { x: 0, y: 0, scale: 10 }
  const pointer = { x: 100, y: 500 }
  const before = toMap(camera, size, pointer.x, pointer.y)
  const next = zoomed(camera, size, 3, pointer, [1, 1000])
  expect(next.scale).toBe(30)
  const after = toMap(next, size, pointer.x, pointer.y)
  expect([after.x, after.y]).toEqual([expect.closeTo(before.x), expect.closeTo(before.y)])
  expect(zoomed(camera, size, 1e9, pointer, [1, 1000]).scale).toBe(1000)
  expect(toScreen(panned(camera, 40, -30), size, 0, 0)).toEqual({ x: 440, y: 270 })
})

it('fits every point into view, whatever is not placed', () => {
  const positions = Float32Array.of(-4, 1, NaN, NaN, 6, 9)
  const bounds = boundsOfPoints(positions)!
  expect(bounds).toEqual({ left: -4, right: 6, bottom: 1, top: 9 })
  const seen = boundsOf(fitted(bounds, size), size)
  expect(seen.left < -4 && seen.right > 6 && seen.bottom < 1 && seen.top > 9).toBe(true)
  const beside = fitted(bounds, size, 200)
  expect(toScreen(beside, size, bounds.left, 5).x).toBeGreaterThan(200)
  expect(toScreen(beside, size, bounds.right, 5).x).toBeLessThan(size.width)
  expect(boundsOfPoints(Float32Array.of(NaN, NaN))).toBeNull()
  expect(boundsOfPoints(positions, [2])).toEqual({ left: 6, right: 6, bottom: 9, top: 9 })
})

it('tells inside from outside of a lasso, hollows included', () => {
  const hollow = [
    [0, 0],
    [10, 0],
    [10, 10],
    [5, 2],
    [0, 10],
  ] as [number, number][]
  expect(inPolygon(hollow, 1, 1)).toBe(true)
  expect(inPolygon(hollow, 5, 8)).toBe(false)
  expect(inPolygon(hollow, 9, 6)).toBe(true)
  expect(inPolygon(hollow, -1, 5)).toBe(false)
})

it('places names without overlap, the larger cluster first, and only in view', () => {
  const names = [
    { id: 1, title: 'boots', x: 0, y: 0, weight: 10 },
    { id: 2, title: 'bags', x: 0.1, y: 0, weight: 90 },
    { id: 3, title: 'far', x: 500, y: 0, weight: 99 },
    { id: 4, title: 'hats', x: 20, y: 5, weight: 5 },
  ]
  const placed = placeNames(names, { x: 0, y: 0, scale: 10 }, size, (title) => title.length * 7)
  expect(placed.map(({ id }) => id)).toEqual([2, 4])
  for (const one of placed) {
    for (const other of placed) {
      if (one === other) continue
      const apart = Math.abs(one.left - other.left) >= 28 || Math.abs(one.top - other.top) >= 18
      expect(apart).toBe(true)
    }
  }
})
