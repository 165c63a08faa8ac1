/** Growing a set of images along the neighbour graph, and splitting one: what belongs to it next, what falls apart first. */
import { sortedByKey } from './order'
import type { RunInUse } from './run'

/** Pieces smaller than this are no cluster. */
const smallest = 3

/**
 * Samples outside, the best first: those whose neighbours, in both directions, are in `like` and not in `unlike`, by the sum of
 * similarities; when the graph leads no further, by similarity to the mean of `like` less that of `unlike`.
 * @param open whether a sample may be proposed
 */
export function outward(run: RunInUse, like: number[], unlike: number[], open: (ordinal: number) => boolean, count: number) {
  const near = run.stored?.neighbours
  const rows = like.map((ordinal) => run.rowOf[ordinal] ?? -1).filter((row) => row >= 0)
  const against = unlike.map((ordinal) => run.rowOf[ordinal] ?? -1).filter((row) => row >= 0)
  const taken = new Set([...rows, ...against])
  const scores = new Float64Array(run.ordinals.length)
  const pull = new Float32Array(run.ordinals.length)
  for (const row of rows) pull[row] = 1
  for (const row of against) pull[row] = -1
  for (let row = 0; near && row < scores.length; row++) {
    for (let at = row * near.k; at < (row + 1) * near.k; at++) {
      const other = near.ids[at]!
      const weight = Math.max(0, near.similarities[at]!)
      scores[row]! += pull[other]! * weight
      scores[other]! += pull[row]! * weight
    }
  }
  const fallback = meanSimilarity(run, rows, against)
  const candidates = run.ordinals.map((_, row) => row).filter((row) => !taken.has(row) && open(run.ordinals[row]!))
  const ranks = fallback.map((similarity, row) => (scores[row]! > 0 ? 2 + scores[row]! : similarity))
  return Array.from(sortedByKey(candidates, ranks, true).subarray(0, count), (row) => ({
    ordinal: run.ordinals[row]!,
    linked: scores[row]! > 0,
    similarity: fallback[row]!,
  }))
}

function meanSimilarity({ embeddings }: RunInUse, rows: number[], against: number[]): Float32Array {
  const { rows: count, columns, data } = embeddings
  const centre = new Float64Array(columns)
  for (const [group, sign] of [
    [rows, 1],
    [against, -1],
  ] as const)
    for (const row of group) for (let d = 0; d < columns; d++) centre[d]! += (sign * data[row * columns + d]!) / group.length
  const found = new Float32Array(count)
  for (let row = 0, at = 0; row < count; row++) for (let d = 0; d < columns; d++, at++) found[row]! += centre[d]! * data[at]!
  return found
}

/** Members as the first finer level that parts them has them; where none does, in two by the axis on which they differ most. */
export function pieces(run: RunInUse, members: Uint32Array): Uint32Array[] {
  const rows = [...members].filter((ordinal) => run.rowOf[ordinal]! >= 0)
  for (const { ids } of run.stored?.hierarchy.levels ?? []) {
    const groups = [...Map.groupBy(rows, (ordinal) => ids[run.rowOf[ordinal]!]!)].filter(
      ([id, group]) => id >= 0 && group.length >= smallest,
    )
    if (groups.length < 2) continue
    const kept = groups.map(([, group]) => group)
    const rest = [...members].filter((ordinal) => !kept.some((group) => group.includes(ordinal)))
    return [...kept, ...(rest.length ? [rest] : [])].map((group) => Uint32Array.from(group))
  }
  return inTwo(run, rows, members)
}

/** By the sign on the first principal axis, found by power iteration. */
function inTwo({ rowOf, embeddings }: RunInUse, ordinals: number[], members: Uint32Array): Uint32Array[] {
  const { columns, data } = embeddings
  const value = (ordinal: number, d: number) => data[rowOf[ordinal]! * columns + d]!
  const mean = Float64Array.from(
    { length: columns },
    (_, d) => ordinals.reduce((sum, ordinal) => sum + value(ordinal, d), 0) / ordinals.length,
  )
  let axis = Float64Array.from({ length: columns }, (_, d) => (ordinals.length ? value(ordinals[0]!, d) - mean[d]! : 0))
  const along = (ordinal: number) => axis.reduce((sum, weight, d) => sum + weight * (value(ordinal, d) - mean[d]!), 0)
  for (let step = 0; step < 20; step++) {
    const next = new Float64Array(columns)
    for (const ordinal of ordinals) {
      const length = along(ordinal)
      for (let d = 0; d < columns; d++) next[d]! += length * (value(ordinal, d) - mean[d]!)
    }
    const norm = Math.hypot(...next) || 1
    axis = next.map((one) => one / norm)
  }
  const [left, right] = [(ordinal: number) => along(ordinal) < 0, (ordinal: number) => !(along(ordinal) < 0)]
  const known = new Set(ordinals)
  const far = [...members].filter((ordinal) => !known.has(ordinal))
  return [ordinals.filter(left), [...ordinals.filter(right), ...far]]
    .filter((group) => group.length)
    .map((group) => Uint32Array.from(group))
}
