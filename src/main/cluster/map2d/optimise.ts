/**
 * Lays a graph out in the plane: neighbours attract, random others repel (negative sampling), as in LargeVis (Tang et al. 2016) and
 * UMAP with the kernel 1 / (1 + d²). An edge is used as often as its weight says.
 */
import { random } from '../../engine/random'
import type { WeightedGraph } from '../louvain'

/** Random rows that each end of an edge is pushed away from. */
const negatives = 4
const longestStep = 4

/** Fewer rounds for more rows: each then holds more steps. */
export const epochsFor = (rows: number) => Math.round(Math.max(120, Math.min(500, 200 * (100_000 / Math.max(1, rows)) ** 0.25)))

export interface Schedule {
  epochs: number
  seed: number
  /** Length of the first steps, 0–1: less where the layout is to stay much as it is. */
  boldness: number
}

/** Moves `positions`, float32 [rows, 2], in place; yields the share done. The same seed gives the same layout. */
export function* optimiseLayout(
  { starts, targets, weights }: WeightedGraph,
  positions: Float32Array,
  { epochs, seed, boldness }: Schedule,
): Generator<number, void> {
  const rows = starts.length - 1
  const { heads, tails, periods } = edgesOf({ starts, targets, weights }, epochs)
  const due = periods.slice()
  const step = new Float64Array(2)
  let state = random(seed, 0x6d6170).below(2 ** 31) | 1
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const rate = boldness * (1 - (epoch - 1) / epochs)
    for (let edge = 0; edge < heads.length; edge++) {
      if (due[edge]! > epoch) continue
      due[edge]! += periods[edge]!
      const head = heads[edge]! * 2
      const tail = tails[edge]! * 2
      const dx = positions[head]! - positions[tail]!
      const dy = positions[head + 1]! - positions[tail + 1]!
      const pull = (-2 * rate) / (1 + dx * dx + dy * dy)
      clip(step, pull * dx, pull * dy, longestStep * rate)
      positions[head]! += step[0]!
      positions[head + 1]! += step[1]!
      positions[tail]! -= step[0]!
      positions[tail + 1]! -= step[1]!
      for (let drawn = 0; drawn < 2 * negatives; drawn++) {
        state ^= state << 13
        state ^= state >>> 17
        state ^= state << 5
        const end = drawn < negatives ? head : tail
        const other = ((state >>> 0) % rows) * 2
        if (other === end) continue
        const ox = positions[end]! - positions[other]!
        const oy = positions[end + 1]! - positions[other + 1]!
        const squared = ox * ox + oy * oy
        const push = (2 * rate) / ((0.001 + squared) * (1 + squared))
        clip(step, push * ox, push * oy, longestStep * rate)
        positions[end]! += step[0]!
        positions[end + 1]! += step[1]!
      }
    }
    yield epoch / epochs
  }
}

function clip(step: Float64Array, x: number, y: number, most: number): void {
  step[0] = x > most ? most : x < -most ? -most : x
  step[1] = y > most ? most : y < -most ? -most : y
}

/** Each edge once with the number of epochs between its uses; edges too weak to be used once are left out. */
function edgesOf({ starts, targets, weights }: WeightedGraph, epochs: number) {
  const rows = starts.length - 1
  const strongest = weights.reduce((most, weight) => Math.max(most, weight), 0)
  const used = (row: number, at: number) => targets[at]! > row && weights[at]! >= strongest / epochs
  let count = 0
  for (let row = 0; row < rows; row++) for (let at = starts[row]!; at < starts[row + 1]!; at++) if (used(row, at)) count++
  const heads = new Uint32Array(count)
  const tails = new Uint32Array(count)
  const periods = new Float32Array(count)
  let edge = 0
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      if (!used(row, at)) continue
      heads[edge] = row
      tails[edge] = targets[at]!
      periods[edge++] = strongest / weights[at]!
    }
  }
  return { heads, tails, periods }
}
