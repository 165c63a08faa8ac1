/** Takes the best by a score, passing over near copies of what is already taken. */
import { openRows, type Pool } from './strategy'

/** More similar than this to a chosen one: its answer tells the same. */
const tooAlike = 0.98

/** At most `count` open rows with the highest score, of equal ones the first. */
export function bestApart(pool: Pool, count: number, score: (row: number) => number): number[] {
  const { columns, data } = pool.embeddings
  const open = openRows(pool)
  const scores = new Float64Array(pool.labeled.length)
  for (const row of open) scores[row] = score(row)
  open.sort((a, b) => scores[b]! - scores[a]! || a - b)
  const similarity = (a: number, b: number) => {
    let sum = 0
    for (let d = 0; d < columns; d++) sum += data[a * columns + d]! * data[b * columns + d]!
    return sum
  }
  const chosen: number[] = []
  for (const row of open) {
    if (chosen.length === count) break
    if (!chosen.some((other) => similarity(row, other) > tooAlike)) chosen.push(row)
  }
  return chosen
}
