/** Least confident first (Lewis & Gale 1994); near copies of an image just asked are passed over. */
import type { Strategy } from './strategy'
import { typical } from './typical'

/** More similar than this to a chosen one: its answer tells the same. */
const tooAlike = 0.98

export const margin: Strategy = {
  id: 'margin',
  async choose(pool, count, seed) {
    if (pool.confidences.length === 0) return typical.choose(pool, count, seed)
    const { rows, columns, data } = pool.embeddings
    const open = Array.from({ length: rows }, (_, row) => row).filter((row) => !pool.labeled[row])
    open.sort((a, b) => pool.confidences[a]! - pool.confidences[b]! || a - b)
    const chosen: number[] = []
    const alike = (a: number, b: number) => {
      let sum = 0
      for (let d = 0; d < columns; d++) sum += data[a * columns + d]! * data[b * columns + d]!
      return sum > tooAlike
    }
    for (const row of open) {
      if (chosen.length === count) break
      if (!chosen.some((other) => alike(row, other))) chosen.push(row)
    }
    return chosen.map((row) => ({ row, why: `Handful is only ${Math.round(pool.confidences[row]! * 100)} % sure of it` }))
  },
}
