/** Lines of equal density over the map: counts on a grid, smoothed, then marching squares (Lorensen & Cline 1987, in the plane). */
import type { Bounds } from '@shared/polygon'

const side = 160
/** Lines at these shares of the highest density. */
const levels = [0.04, 0.12, 0.28, 0.55]

/** Line segments x0 y0 x1 y1 in map coordinates. */
export function contours(positions: Float32Array, bounds: Bounds): Float32Array {
  const margin = 0.05
  const [width, height] = [bounds.right - bounds.left || 1, bounds.top - bounds.bottom || 1]
  const [left, bottom] = [bounds.left - margin * width, bounds.bottom - margin * height]
  const [stepX, stepY] = [(width * (1 + 2 * margin)) / side, (height * (1 + 2 * margin)) / side]
  let grid = new Float32Array(side * side)
  for (let at = 0; at < positions.length; at += 2) {
    if (Number.isNaN(positions[at]!)) continue
    const column = Math.min(side - 1, Math.floor((positions[at]! - left) / stepX))
    const row = Math.min(side - 1, Math.floor((positions[at + 1]! - bottom) / stepY))
    grid[row * side + column]!++
  }
  for (let pass = 0; pass < 3; pass++) grid = blurred(blurred(grid, 1), side)
  const highest = grid.reduce((most, value) => Math.max(most, value), 0)
  const segments: number[] = []
  for (const level of levels) march(grid, level * highest, segments)
  return Float32Array.from(segments, (value, at) =>
    at % 2 === 0 ? left + (value + 0.5) * stepX : bottom + (value + 0.5) * stepY,
  )
}

/** A box of five along one axis; three times over it is nearly a Gaussian. */
function blurred(grid: Float32Array, stride: number): Float32Array<ArrayBuffer> {
  const smooth = new Float32Array(grid.length)
  for (let at = 0; at < grid.length; at++) {
    const place = stride === 1 ? at % side : Math.floor(at / side)
    let sum = 0
    for (let off = -2; off <= 2; off++) if (place + off >= 0 && place + off < side) sum += grid[at + off * stride]!
    smooth[at] = sum / 5
  }
  return smooth
}

function march(grid: Float32Array, level: number, segments: number[]): void {
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const
      const values = corners.map(([x, y]) => grid[y * side + x]! - level)
      const crossings: number[][] = []
      for (let edge = 0; edge < 4; edge++) {
        const [one, other] = [values[edge]!, values[(edge + 1) % 4]!]
        if (one > 0 === other > 0) continue
        const share = one / (one - other)
        const [from, to] = [corners[edge]!, corners[(edge + 1) % 4]!]
        crossings.push([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])])
      }
      for (let pair = 0; pair + 1 < crossings.length; pair += 2) segments.push(...crossings[pair]!, ...crossings[pair + 1]!)
    }
  }
}
