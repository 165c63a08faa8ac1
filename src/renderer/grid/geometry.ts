/**
 * Where rows of a virtual grid lie. A browser's content height ends near 33 million px, so beyond a cap the scroll
 * range is scaled: the scroll bar covers everything, while short scrolls still move pixel by pixel.
 */

/** Highest content the browser gets, px. */
export const contentCap = 30_000_000
/** Above the rows of each group, px. */
export const headHeight = 36

/** Samples that stand together, from an index and a row on; `top` is its upper edge, px. */
export interface Section {
  first: number
  count: number
  row: number
  top: number
}

export interface Geometry {
  columns: number
  /** Of samples; heads of groups are none. */
  rows: number
  rowHeight: number
  viewport: number
  /** At least one; several when samples are grouped. */
  sections: readonly Section[]
  /** Height of a section's head, px; 0 when samples are not grouped. */
  head: number
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

/** `cell` is the least side of a square cell; cells grow to fill the width. `groups` are the sizes of groups, in order. */
export function geometryOf(
  count: number,
  width: number,
  viewport: number,
  cell: number,
  groups: readonly number[] | null = null,
): Geometry {
  const columns = Math.max(1, Math.floor(width / cell))
  const rowHeight = Math.max(cell, Math.floor(width / columns))
  const head = groups ? headHeight : 0
  const sections: Section[] = []
  let [first, rows, full] = [0, 0, 0]
  for (const size of groups ?? [count]) {
    sections.push({ first, count: size, row: rows, top: full })
    first += size
    rows += Math.ceil(size / columns)
    full += head + Math.ceil(size / columns) * rowHeight
  }
  const content = Math.min(full, contentCap)
  const scale = content > viewport && full > content ? (full - viewport) / (content - viewport) : 1
  return { columns, rows, rowHeight, viewport, sections, head, full, content, scale }
}

/** The last section of which `key` is at most `value`. */
function sectionBy({ sections }: Geometry, key: 'first' | 'row' | 'top', value: number): Section {
  let [low, high] = [0, sections.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (sections[middle]![key] <= value) low = middle
    else high = middle - 1
  }
  return sections[low] ?? { first: 0, count: 0, row: 0, top: 0 }
}

/** The section that full pixel `top` lies in. */
export const sectionAt = (geometry: Geometry, top: number) => geometry.sections.indexOf(sectionBy(geometry, 'top', top))
/** The section of an index. */
export const sectionOf = (geometry: Geometry, index: number) => geometry.sections.indexOf(sectionBy(geometry, 'first', index))

/** Upper edge of a row, full px. */
export function rowTop(geometry: Geometry, row: number): number {
  const section = sectionBy(geometry, 'row', row)
  return section.top + geometry.head + (row - section.row) * geometry.rowHeight
}

/** Indices of a row, the last not included. */
export function indicesOf(geometry: Geometry, row: number): { from: number; to: number } {
  const section = sectionBy(geometry, 'row', row)
  const from = section.first + (row - section.row) * geometry.columns
  return { from, to: Math.min(from + geometry.columns, section.first + section.count) }
}

export function rowOf(geometry: Geometry, index: number): number {
  const section = sectionBy(geometry, 'first', index)
  return section.row + Math.floor((index - section.first) / geometry.columns)
}

/** The row at full pixel `top`; below a head it is the first of its section. */
function rowAt(geometry: Geometry, top: number): number {
  const section = sectionBy(geometry, 'top', top)
  const rows = Math.ceil(section.count / geometry.columns)
  return section.row + Math.max(0, Math.min(rows - 1, Math.floor((top - section.top - geometry.head) / geometry.rowHeight)))
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
  if (geometry.rows === 0) return { first: 0, last: -1 }
  const first = rowAt(geometry, top) - overscan
  const last = rowAt(geometry, Math.max(top, top + geometry.viewport - 1)) + overscan
  return { first: Math.max(0, first), last: Math.min(geometry.rows - 1, last) }
}

/** The top that brings a row into view with the least movement; the head of its section stays over it. */
export function topShowing(geometry: Geometry, top: number, row: number): number {
  const start = rowTop(geometry, row)
  if (start - geometry.head < top) return start - geometry.head
  return Math.max(top, start + geometry.rowHeight - geometry.viewport)
}

/** Where a key moves the active cell; null when the key does not move. */
export function moved(key: string, index: number, count: number, geometry: Geometry, whole: boolean): number | null {
  const row = rowOf(geometry, index)
  const { from, to } = indicesOf(geometry, row)
  const page = Math.max(1, Math.floor(geometry.viewport / geometry.rowHeight))
  /** The same column of another row, or the last sample there is in it. */
  const inRow = (wanted: number) => {
    const there = indicesOf(geometry, clamp(wanted, geometry.rows - 1))
    return Math.min(there.from + index - from, there.to - 1)
  }
  const target: Record<string, () => number> = {
    ArrowLeft: () => index - 1,
    ArrowRight: () => index + 1,
    ArrowUp: () => inRow(row - 1),
    ArrowDown: () => (row + 1 < geometry.rows ? inRow(row + 1) : count - 1),
    PageUp: () => inRow(row - page),
    PageDown: () => (row + page < geometry.rows ? inRow(row + page) : count - 1),
    Home: () => (whole ? 0 : from),
    End: () => (whole ? count - 1 : to - 1),
  }
  const found = target[key]
  return found ? clamp(found(), count - 1) : null
}

/** The indices a box drawn over the grid touches, as ranges of whole columns per row (full pixels). */
export function touched(
  geometry: Geometry,
  cell: number,
  box: { left: number; right: number; top: number; bottom: number },
): number[] {
  const indices: number[] = []
  if (geometry.rows === 0) return indices
  const firstColumn = Math.max(0, Math.floor(box.left / cell))
  const lastColumn = Math.min(geometry.columns - 1, Math.floor(box.right / cell))
  for (let row = rowAt(geometry, box.top); row <= rowAt(geometry, box.bottom); row++) {
    const start = rowTop(geometry, row)
    if (start > box.bottom || start + geometry.rowHeight <= box.top) continue
    const { from, to } = indicesOf(geometry, row)
    for (let index = from + firstColumn; index <= Math.min(from + lastColumn, to - 1); index++) indices.push(index)
  }
  return indices
}
