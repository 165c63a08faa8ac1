/**
 * Where rows of a virtual grid lie. A browser's content height ends near 33 million px, so beyond a cap the scroll
 * range is scaled: the scroll bar covers everything, while short scrolls still move pixel by pixel.
 */

/** Highest content the browser gets, px. */
export const contentCap = 30_000_000

export interface Geometry {
  columns: number
  rows: number
  rowHeight: number
  viewport: number
  /** All rows, px; may exceed the cap. */
  full: number
  /** Height given to the browser, px. */
  content: number
  /** Full pixels per scroll-bar pixel, 1 when nothing is scaled. */
  scale: number
}

/** `top` is the first visible full pixel; `scrollTop` what the browser was told. */
export interface Position {
  top: number
  scrollTop: number
}

/** `cell` is the least side of a square cell; cells grow to fill the width. */
export function geometryOf(count: number, width: number, viewport: number, cell: number): Geometry {
  const columns = Math.max(1, Math.floor(width / cell))
  const rowHeight = Math.max(cell, Math.floor(width / columns))
  const rows = Math.ceil(count / columns)
  const full = rows * rowHeight
  const content = Math.min(full, contentCap)
  const scale = content > viewport && full > content ? (full - viewport) / (content - viewport) : 1
  return { columns, rows, rowHeight, viewport, full, content, scale }
}

const clamp = (value: number, high: number) => Math.max(0, Math.min(value, high))

/** The position that shows full pixel `top` first. */
export function positionAt(geometry: Geometry, top: number): Position {
  const wanted = clamp(top, geometry.full - geometry.viewport)
  return { top: wanted, scrollTop: wanted / geometry.scale }
}

/** The position after the browser scrolled to `scrollTop`: short ways pixel by pixel, long ones by the scroll bar's share. */
export function scrolled(geometry: Geometry, before: Position, scrollTop: number): Position {
  const by = scrollTop - before.scrollTop
  if (geometry.scale === 1) return { top: clamp(scrollTop, geometry.full - geometry.viewport), scrollTop }
  const far = Math.abs(by) > geometry.viewport * 2 || scrollTop <= 0 || scrollTop >= geometry.content - geometry.viewport
  const top = far ? scrollTop * geometry.scale : before.top + by
  return { top: clamp(top, geometry.full - geometry.viewport), scrollTop }
}

/** Rows to draw, both ends included, with `overscan` rows around; empty when `last < first`. */
export function visibleRows(geometry: Geometry, top: number, overscan = 0): { first: number; last: number } {
  const first = Math.floor(top / geometry.rowHeight) - overscan
  const last = Math.ceil((top + geometry.viewport) / geometry.rowHeight) - 1 + overscan
  return { first: Math.max(0, first), last: Math.min(geometry.rows - 1, last) }
}

/** The top that brings a row into view with the least movement. */
export function topShowing(geometry: Geometry, top: number, row: number): number {
  const start = row * geometry.rowHeight
  if (start < top) return start
  return Math.max(top, start + geometry.rowHeight - geometry.viewport)
}

/** Where a key moves the active cell; null when the key does not move. */
export function moved(key: string, index: number, count: number, geometry: Geometry, whole: boolean): number | null {
  const page = Math.max(1, Math.floor(geometry.viewport / geometry.rowHeight)) * geometry.columns
  const column = index % geometry.columns
  const to: Record<string, number> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - geometry.columns,
    ArrowDown: index + geometry.columns,
    PageUp: Math.max(index - page, column),
    PageDown: index + page,
    Home: whole ? 0 : index - column,
    End: whole ? count - 1 : index - column + geometry.columns - 1,
  }
  const target = to[key]
  if (target === undefined) return null
  if (key === 'ArrowUp' && target < 0) return index
  return Math.max(0, Math.min(target, count - 1))
}

/** The indices a box drawn over the grid touches, as ranges of whole columns per row (full pixels). */
export function touched(
  geometry: Geometry,
  cell: number,
  count: number,
  box: { left: number; right: number; top: number; bottom: number },
): number[] {
  const indices: number[] = []
  const firstRow = Math.max(0, Math.floor(box.top / geometry.rowHeight))
  const lastRow = Math.min(geometry.rows - 1, Math.floor(box.bottom / geometry.rowHeight))
  const firstColumn = Math.max(0, Math.floor(box.left / cell))
  const lastColumn = Math.min(geometry.columns - 1, Math.floor(box.right / cell))
  for (let row = firstRow; row <= lastRow; row++)
    for (let column = firstColumn; column <= lastColumn; column++) {
      const index = row * geometry.columns + column
      if (index < count) indices.push(index)
    }
  return indices
}
