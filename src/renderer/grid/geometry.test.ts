import { describe, expect, it } from 'vitest'
import {
  contentCap,
  geometryOf,
  headHeight,
  indicesOf,
  moved,
  positionAt,
  rowOf,
  rowTop,
  scrolled,
  sectionAt,
  sectionOf,
  topShowing,
  touched,
  visibleRows,
} from './geometry'

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
    expect(touched(small, 100, { left: 150, right: 320, top: 90, bottom: 210 })).toEqual([1, 2, 3, 11, 12, 13, 21, 22, 23])
  })
  it('ends with the last sample', () => {
    expect(touched(geometryOf(12, 1000, 600, 100), 100, { left: 0, right: 999, top: 100, bottom: 500 })).toEqual([10, 11])
  })
})

describe('groups', () => {
  const sizes = [3, 25, 1, 10]
  const grouped = geometryOf(39, 1000, 400, 100, sizes)

  it('begin a row each under a head of their own', () => {
    expect(grouped.rows).toBe(1 + 3 + 1 + 1)
    expect(grouped.full).toBe(4 * headHeight + 6 * 100)
    expect(Array.from({ length: grouped.rows }, (_, row) => indicesOf(grouped, row))).toEqual([
      { from: 0, to: 3 },
      { from: 3, to: 13 },
      { from: 13, to: 23 },
      { from: 23, to: 28 },
      { from: 28, to: 29 },
      { from: 29, to: 39 },
    ])
    expect([rowTop(grouped, 0), rowTop(grouped, 1), rowTop(grouped, 3)]).toEqual([36, 172, 372])
  })

  it('hold every index once, in a row that holds it', () => {
    for (let index = 0; index < 39; index++) {
      const { from, to } = indicesOf(grouped, rowOf(grouped, index))
      expect(from <= index && index < to).toBe(true)
      const section = grouped.sections[sectionOf(grouped, index)]!
      expect(index >= section.first && index < section.first + section.count).toBe(true)
    }
  })

  it('are drawn where they are visible, with the section that stands at the top', () => {
    expect(visibleRows(grouped, 0)).toEqual({ first: 0, last: 3 })
    expect(visibleRows(grouped, 140)).toEqual({ first: 1, last: 4 })
    expect([sectionAt(grouped, 0), sectionAt(grouped, 135), sectionAt(grouped, 136), sectionAt(grouped, 9999)]).toEqual([
      0, 0, 1, 3,
    ])
    expect(topShowing(grouped, 300, 1)).toBe(136)
  })

  it('are walked through by arrows that keep to what is there', () => {
    const to = (key: string, index: number) => moved(key, index, 39, grouped, false)
    expect([to('ArrowDown', 2), to('ArrowUp', 12), to('ArrowDown', 20), to('ArrowDown', 27), to('ArrowDown', 28)]).toEqual([
      5, 2, 27, 28, 29,
    ])
    expect([to('End', 0), to('Home', 27), to('PageDown', 30), to('ArrowRight', 2)]).toEqual([2, 23, 38, 3])
  })

  it('give a box only the samples under it, not what a head hides', () => {
    expect(touched(grouped, 100, { left: 0, right: 150, top: 0, bottom: 30 })).toEqual([])
    expect(touched(grouped, 100, { left: 0, right: 150, top: 40, bottom: 180 })).toEqual([0, 1, 3, 4])
  })
})
