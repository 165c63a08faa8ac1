/** TypiClust (Hacohen, Dekel & Weinshall 2022): one typical sample from each group that has no label yet. */
import { kMeans } from '../../cluster/k-means'
import { matrix } from '../../engine/linear-algebra'
import type { Pool, Query, Strategy } from './strategy'

/** Groups computed at most: finer ones differ little and cost much. */
const mostGroups = 500
/** Rows that decide the groups; the rest follow. */
const mostRows = 20_000

export const typical: Strategy = {
  id: 'typical',
  async choose(pool, count, seed) {
    const labeled = pool.labeled.reduce((sum, one) => sum + one, 0)
    const { rows, columns } = pool.embeddings
    const stride = Math.ceil(rows / mostRows)
    const picked = Uint32Array.from({ length: Math.ceil(rows / stride) }, (_, index) => index * stride)
    const x = stride === 1 ? pool.embeddings : matrix(picked.length, columns, gather(pool, picked))
    const groups = Math.max(1, Math.min(labeled + count, mostGroups, picked.length))
    const { assignments, distances } = await kMeans(x, groups, seed, pool.products)
    return spreadOver(groupRows(pool, picked, assignments, distances), count)
  },
}

function gather({ embeddings: { columns, data } }: Pool, rows: Uint32Array): Float32Array {
  const gathered = new Float32Array(rows.length * columns)
  rows.forEach((row, index) => gathered.set(data.subarray(row * columns, (row + 1) * columns), index * columns))
  return gathered
}

interface Group {
  size: number
  labels: number
  /** Unlabeled rows, the one nearest the centre first. */
  candidates: { row: number; distance: number }[]
}

/** Groups with the fewest labels first, of those the largest. */
function groupRows(pool: Pool, picked: Uint32Array, assignments: Int32Array, distances: Float32Array): Group[] {
  const groups = new Map<number, Group>()
  picked.forEach((row, index) => {
    const id = assignments[index]!
    const group = groups.get(id) ?? { size: 0, labels: 0, candidates: [] }
    groups.set(id, group)
    group.size++
    if (pool.labeled[row]) group.labels++
    else group.candidates.push({ row, distance: distances[index]! })
  })
  const all = [...groups.values()]
  for (const { candidates } of all) candidates.sort((a, b) => a.distance - b.distance || a.row - b.row)
  return all.sort((a, b) => a.labels - b.labels || b.size - a.size || (a.candidates[0]?.row ?? 0) - (b.candidates[0]?.row ?? 0))
}

function spreadOver(groups: Group[], count: number): Query[] {
  const queries: Query[] = []
  for (let round = 0; queries.length < count; round++) {
    const before = queries.length
    for (const { size, labels, candidates } of groups) {
      const next = candidates[round]
      if (!next || queries.length === count) continue
      const alike = `typical of ${size.toLocaleString('en')} images that look alike`
      queries.push({ row: next.row, why: labels === 0 && round === 0 ? `${alike}, none labeled yet` : alike })
    }
    if (queries.length === before) break
  }
  return queries
}
