/** How much of the neighbourhoods a layout keeps: the figure that layouts are compared by. */
import KDBush from 'kdbush'
import { draw, random } from '../../engine/random'
import type { Neighbours } from '../neighbours'
import { keptNeighbours } from './fuzzy-graph'

/** Rows that are looked at; of all of them the share differs by less than a hundredth. */
const examined = 2000

/** Share of the nearest 15 neighbours of a row, mean over rows, that are among its 15 nearest in the plane; 0–1. */
export function preservation(neighbours: Neighbours, positions: Float32Array, seed = 0): number {
  const { rows, ids } = neighbours
  const k = Math.min(keptNeighbours, neighbours.k)
  if (k === 0) return 1
  const plane = new KDBush(rows, 16, Float32Array)
  for (let row = 0; row < rows; row++) plane.add(positions[row * 2]!, positions[row * 2 + 1]!)
  plane.finish()
  const some = draw(rows, Math.min(rows, examined), random(seed, 0x707265))
  const density = typicalReach(positions, rows, k)
  let kept = 0
  for (const row of some) {
    const near = new Set(nearestInPlane(plane, positions, row, k, density))
    for (let at = 0; at < k; at++) if (near.has(ids[row * neighbours.k + at]!)) kept++
  }
  return kept / (some.length * k)
}

/** A radius that holds some k rows where they are spread evenly. */
function typicalReach(positions: Float32Array, rows: number, k: number): number {
  let [least, most] = [Infinity, -Infinity]
  for (const value of positions) {
    least = Math.min(least, value)
    most = Math.max(most, value)
  }
  return Math.max(1e-6, (most - least) * Math.sqrt((k + 1) / rows / Math.PI))
}

function nearestInPlane(plane: KDBush, positions: Float32Array, row: number, k: number, reach: number): number[] {
  const [x, y] = [positions[row * 2]!, positions[row * 2 + 1]!]
  let found: number[] = []
  for (let radius = reach / 4; found.length <= k && Number.isFinite(radius); radius *= 1.6) found = plane.within(x, y, radius)
  const distance = (other: number) => (positions[other * 2]! - x) ** 2 + (positions[other * 2 + 1]! - y) ** 2
  return found
    .filter((other) => other !== row)
    .map((other) => ({ other, squared: distance(other) }))
    .sort((a, b) => a.squared - b.squared)
    .slice(0, k)
    .map(({ other }) => other)
}
