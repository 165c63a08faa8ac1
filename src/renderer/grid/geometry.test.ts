import { describe, expect, it } from 'vitest'
import { contentCap, geometryOf, moved, positionAt, scrolled, topShowing, touched, visibleRows } from './geometry'

const small = geometryOf(1000, 1000, 600, 100)
const huge = geometryOf(1_000_000, 400, 800, 200)

describe('geometryOf', () => {
  it('fills the width with square cells of at least the asked side', () => {
    expect(small).toMatchObject({ columns: 10, rows: 100, rowHeight: 100, full: 10_000, content: 10_000, scale: 1 })
    expect(geometryOf(10, 350, 600, 100)).toMatchObject({ columns: 3, rows: 4, rowHeight: 116 })
  })

  it('keeps a column where the box is narrower than a cell, and nothing where there is nothing', () => {
    expect(geometryOf(5, 60, 600, 100)).toMatchObject({ columns: 1, rows: 5, rowHeight: 100 })
    expect(geometryOf(0, 1000, 600, 100)).toMatchObject({ rows: 0, full: 0, content: 0, scale: 1 })
  })

  it('never exceeds what a browser can lay out, for a million samples of any size', () => {
    for (const cell of [56, 120, 320]) {
      const geometry = geometryOf(1_000_000, 330, 800, cell)
      expect(geometry.content).toBeLessThanOrEqual(contentCap)
      expect(geometry.full).toBe(geometry.rows * geometry.rowHeight)
    }
    expect(huge.scale).toBeGreaterThan(1)
  })
})

describe('positions', () => {
  it('reaches the first and the last row by the scroll bar alone', () => {
    const end = scrolled(huge, { top: 0, scrollTop: 0 }, huge.content - huge.viewport)
    expect(visibleRows(huge, end.top).last).toBe(huge.rows - 1)
    expect(scrolled(huge, end, 0).top).toBe(0)
  })

  it('moves pixel by pixel on short scrolls although the range is scaled', () => {
    const start = positionAt(huge, 50_000_000)
    const next = scrolled(huge, start, start.scrollTop + 37)
    expect(next.top - start.top).toBeCloseTo(37)
  })

  it('comes back to the same place when the scroll bar is set to what belongs to it', () => {
    for (const top of [0, 1234, 5_000_000, huge.full - huge.viewport]) {
      const place = positionAt(huge, top)
      expect(place.scrollTop).toBeLessThanOrEqual(huge.content - huge.viewport + 1e-6)
      expect(place.scrollTop * huge.scale).toBeCloseTo(top, 3)
    }
  })

  it('is the browser’s own scroll where nothing is scaled', () => {
    expect(scrolled(small, { top: 0, scrollTop: 0 }, 250)).toEqual({ top: 250, scrollTop: 250 })
    expect(positionAt(small, 1e9).top).toBe(small.full - small.viewport)
  })

  it('draws every row that is visible and no row that is not there', () => {
    expect(visibleRows(small, 0)).toEqual({ first: 0, last: 5 })
    expect(visibleRows(small, 50)).toEqual({ first: 0, last: 6 })
    expect(visibleRows(small, 9400, 3)).toEqual({ first: 91, last: 99 })
    expect(visibleRows(geometryOf(0, 1000, 600, 100), 0).last).toBe(-1)
  })

  it('shows a row with the least movement', () => {
    expect(topShowing(small, 500, 2)).toBe(200)
    expect(topShowing(small, 500, 7)).toBe(500)
    expect(topShowing(small, 500, 11)).toBe(600)
  })
})

describe('moved', () => {
  const to = (key: string, index: number, whole = false) => moved(key, index, 995, small, whole)

  it('follows arrows, and stays inside', () => {
    expect([to('ArrowRight', 0), to('ArrowLeft', 0), to('ArrowDown', 3), to('ArrowUp', 3)]).toEqual([1, 0, 13, 3])
    expect(to('ArrowRight', 994)).toBe(994)
    expect(to('ArrowDown', 990)).toBe(994)
  })

  it('goes to the ends of the row, and with Ctrl to the ends of all', () => {
    expect([to('Home', 57), to('End', 57), to('Home', 57, true), to('End', 57, true)]).toEqual([50, 59, 0, 994])
  })

  it('pages by what is visible and keeps the column', () => {
    expect([to('PageDown', 3), to('PageUp', 203), to('PageUp', 13)]).toEqual([63, 143, 3])
  })

  it('leaves other keys alone', () => expect(to('x', 5)).toBeNull())
})

describe('touched', () => {
  it('takes the cells of a box and no others', () => {
    expect(touched(small, 100, 1000, { left: 150, right: 320, top: 90, bottom: 210 })).toEqual([1, 2, 3, 11, 12, 13, 21, 22, 23])
  })
  it('ends with the last sample', () => {
    expect(touched(small, 100, 12, { left: 0, right: 999, top: 100, bottom: 500 })).toEqual([10, 11])
  })
})
